import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { faultProxy, type FaultProxy } from "../../support/fault-proxy.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { registerUser, unique } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { Api } from "../http/api.ts";

/** Another one shows other faults: SEED=… */
const SEED = Number(process.env["SEED"] ?? 7);
const AT_ONCE = 4;

describe(`a homeserver that fails in every tenth call (seed ${SEED})`, function () {
  this.timeout(180_000);
  let dir: string;
  let synapse: SharedSynapse;
  let proxy: FaultProxy;
  let service: Service;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-faults-"));
    synapse = await sharedSynapse();
    proxy = await faultProxy(synapse.url, { rate: 0.1, seed: SEED });
    service = await startService({
      synapse: { url: proxy.url, serverName: synapse.serverName },
      registration: synapse.takeRegistration(),
      config: { limits: { concurrent_jobs: AT_ONCE, live_exports_per_user: AT_ONCE } },
    });
  });

  after(async () => {
    await service.close();
    await proxy.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const serviceUser = (): MatrixClient => new MatrixClient(synapse.url, service.asToken, service.userId);

  /** What a person does: a door that could not ask the homeserver is tried again. */
  async function patiently<T extends { status: number }>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const answer = await call();
      if (answer.status !== 502 || tries === 5) return answer;
    }
  }

  async function kept(name: string, zip: Buffer): Promise<string> {
    const file = join(dir, `${name}.zip`);
    await writeFile(file, zip);
    return file;
  }

  async function ended(api: Api, started: { status: number; body: JsonObject }): Promise<JsonObject> {
    expect(started.status, JSON.stringify(started.body)).to.equal(202);
    const job = await api.ended(stringMember(started.body, "job_id") ?? "");
    if (job["state"] !== "succeeded") throw new Error(`${JSON.stringify(job)}\n${service.log()}`);
    return job;
  }

  it("is exported whole, by the call that streams and by several jobs at once", async () => {
    const room: FullRoom = await fillRoom(synapse);
    const { ann, roomId } = room;
    await ann.invite(roomId, service.userId);
    await serviceUser().join(roomId);
    const api = new Api(service, ann.token);
    const good = await new Api(await sharedService(), ann.token).exported(roomId);
    const reference = await kept("reference", good.zip);
    const ledger = await ledgerOf(reference);

    const path = `/v1/rooms/${encodeURIComponent(roomId)}`;
    const files = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const now = await patiently(() => api.exported(roomId));
        expect(now.status, JSON.stringify(now.body)).to.equal(200);
        const job = await ended(api, await patiently(() => api.json(`${path}/exports`, "POST")));
        const bundle = await api.fetch(`/v1/jobs/${String(job["job_id"])}/bundle`);
        return [await kept(`now${i}`, now.zip), await kept(`job${i}`, Buffer.from(await bundle.arrayBuffer()))];
      }),
    );
    for (const file of files.flat()) {
      expect((await diffBundles(reference, file)).differences).to.deep.equal([]);
      expect(await ledgerOf(file)).to.deep.equal(ledger);
    }
  });

  it("is imported into whole and in order, by several jobs at once", async () => {
    const rooms = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const user = await registerUser(synapse.url, unique("ivan"));
        const talk = variedConversation(4, `talk ${i}`);
        const bundle = await talk.write();
        const started = await patiently(() => postImport(service, user.token, bundle.file));
        await bundle.remove();
        const job = await ended(new Api(service, user.token), started);
        const room = await ImportedRoom.joined(user, job);
        return { talk, room };
      }),
    );
    for (const { talk, room } of rooms) {
      expectReplayed(talk, room);
      expect(room.report["ledger"]).to.deep.equal([]);
    }
    // no room was made twice: it is in these, and in the one that was exported
    const { joined_rooms } = await serviceUser().request("GET", "/_matrix/client/v3/joined_rooms");
    expect(joined_rooms).to.have.lengthOf(AT_ONCE + 1);
  });

  it("has failed in every way meanwhile", () => {
    for (const [fault, times] of Object.entries(proxy.faults)) expect(times, fault).to.be.at.least(1);
    expect(proxy.calls).to.be.greaterThan(200);
  });
});

async function ledgerOf(file: string): Promise<unknown> {
  const bundle = await openBundle(file);
  await bundle.close();
  return bundle.head.ledger;
}
