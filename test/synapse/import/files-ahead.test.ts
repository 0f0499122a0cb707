import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { countingGate, type CountingGate } from "../../support/counting-gate.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";

/** One of them is the picture of the service user. */
const FILES = 13;
/** So many are under way at once, and uploaded in vain where a kill comes then. */
const AT_ONCE = 4;

describe("files that an import uploads ahead", () => {
  let dir: string;
  let synapse: Synapse;
  let gate: CountingGate;
  let service: Service;
  let user: MatrixClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-files-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    gate = await countingGate(synapse.url, /^POST \/_matrix\/media\/v3\/upload/);
    service = await startService({ synapse: { url: gate.url, serverName: synapse.serverName }, registration });
    user = await registerUser(synapse.url, "ivan");
  });

  after(async () => {
    await service.close();
    await gate.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("are there after two kills, with no more left over than were under way", async function () {
    this.timeout(120_000);
    const talk = new Conversation();
    for (let i = 0; i < FILES - 1; i++) {
      const url = talk.file(Buffer.from(`file ${i}`.padEnd(20_000)), "text/plain", `${i}.txt`);
      talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: `${i}.txt`, url });
    }
    const bundle = await talk.write();
    let reached = gate.reaches(4, "done");
    const { body } = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    await reached;
    await service.kill();
    reached = gate.reaches(gate.writes + 4, "held");
    gate.open();
    await service.start();
    await reached;
    await service.kill();
    gate.open();
    await service.start();
    const room = await ImportedRoom.joined(user, await new Api(service, user.token).ended(String(body["job_id"])));

    expectReplayed(talk, room);
    expect(room.report["files"]).to.equal(FILES);
    expect(uploaded()).to.be.within(FILES, FILES + 2 * AT_ONCE);
  });

  function uploaded(): number {
    const database = new DatabaseSync(join(synapse.dir, "homeserver.db"), { readOnly: true });
    try {
      return Number(database.prepare("SELECT count(*) AS files FROM local_media_repository").get()?.["files"]);
    } finally {
      database.close();
    }
  }
});
