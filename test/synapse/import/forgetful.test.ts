import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { forgetfulProxy, type ForgetfulProxy } from "../../support/forgetful-proxy.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";

describe("an import into a homeserver that forgets transaction ids", () => {
  let dir: string;
  let synapse: Synapse;
  let proxy: ForgetfulProxy;
  let service: Service;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-forgetful-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    proxy = await forgetfulProxy(synapse.url, { rate: 0.3, seed: 13 });
    service = await startService({ synapse: { url: proxy.url, serverName: synapse.serverName }, registration });
  });

  after(async () => {
    await service.close();
    await proxy.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("whose answers are lost again and again, loses, doubles and reorders nothing", async function () {
    this.timeout(180_000);
    const user = await registerUser(synapse.url, "ivan");
    const talk = variedConversation(14);
    const bundle = await talk.write();
    const { status, body } = await postImport(service, user.token, bundle.file, { wait: 160 });
    await bundle.remove();
    expect(status, JSON.stringify(body)).to.equal(201);
    expectReplayed(talk, await ImportedRoom.joined(user, body));
    expect(proxy.lost, "answers lost").to.be.greaterThan(20);
  });
});
