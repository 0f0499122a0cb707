import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../src/matrix/json.ts";
import { ALICE, Conversation } from "../support/conversation.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "../support/forwarding-server.ts";
import { ImportedRoom, postImport } from "../support/imported-room.ts";
import type { MatrixClient } from "../support/matrix-client.ts";
import { startService, type Service } from "../support/service.ts";
import { describeOnPostgres, sharedPostgres } from "../support/shared-postgres.ts";
import { sharedSynapse } from "../support/shared-synapse.ts";
import { registerUser, unique } from "../support/users.ts";
import { variedConversation } from "../support/varied-conversation.ts";
import { startWorker, type Worker } from "../support/worker.ts";

const PICTURE = Buffer.from("the picture of the room");
/** Nobody sends it before the first worker has woken up. */
const LAST = "the last word";

/**
 * Its picture is uploaded before it is set, and setting it has no transaction id: a worker that was stopped in the upload would set
 * it a second time. `name` tells conversations apart.
 */
function conversation(name: string): Conversation {
  const talk = variedConversation(2, name);
  talk.state(ALICE, "m.room.avatar", { url: talk.file(PICTURE, "image/png", "room.png") });
  const whole = variedConversation(5, `${name}, later`, talk);
  whole.say(ALICE, LAST);
  return whole;
}

/** Imports that the worker has under way at once. */
const IMPORTS = 3;
/** A job whose worker is gone is taken up by another within, in milliseconds. */
const TAKEN_UP_MS = 60_000;

describeOnPostgres("a worker that was thought dead and comes back", function () {
  this.timeout(240_000);
  let dir: string;
  let service: Service;
  let user: MatrixClient;
  /** the first worker's way to the homeserver: uploads of the picture stand still in it until `release` */
  let gate: ForwardingServer;
  /** the second worker's: the last words stand still in it until `wake` */
  let later: ForwardingServer;
  let release = (): void => undefined;
  let wake = (): void => undefined;
  let held = 0;
  const workers: Worker[] = [];

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-fencing-"));
    const synapse = await sharedSynapse();
    const database = { url: await (await sharedPostgres()).createDatabase() };
    const released = new Promise<void>((resolve) => (release = resolve));
    gate = await forwardingServer(synapse.url, async ({ body, response, forward }) => {
      if (body.equals(PICTURE)) {
        held += 1;
        await released;
      }
      answerWith(response, await forward());
    });
    const awake = new Promise<void>((resolve) => (wake = resolve));
    later = await forwardingServer(synapse.url, async ({ body, response, forward }) => {
      if (body.includes(LAST)) await awake;
      answerWith(response, await forward());
    });
    const config = { database, limits: { concurrent_jobs: IMPORTS } };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config });
    user = await registerUser(synapse.url, unique("ivan"));
  });

  after(async () => {
    release();
    wake();
    for (const worker of workers) {
      worker.resume();
      await worker.stop();
    }
    await service.close();
    await gate.close();
    await later.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function worker(name: string, homeserver: string): Promise<Worker> {
    const config = JSON.parse(readFileSync(service.configFile, "utf8")) as { homeserver: JsonObject };
    config.homeserver["url"] = homeserver;
    const configFile = join(service.dir, `${name}.yaml`);
    writeFileSync(configFile, JSON.stringify(config));
    const started = await startWorker({ ...service, configFile }, name);
    workers.push(started);
    return started;
  }

  async function job(id: string): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${user.token}` };
    return (await (await fetch(`${service.url}/v1/jobs/${id}`, { headers })).json()) as JsonObject;
  }

  async function done(id: string): Promise<number> {
    const { state, progress, error } = await job(id);
    if (state === "failed") throw new Error(JSON.stringify(error));
    return (progress as { done: number }).done;
  }

  it("writes nothing more into the rooms that another has taken over", async () => {
    const first = await worker("first", gate.url);
    const talks = Array.from({ length: IMPORTS }, (_, i) => conversation(`talk ${i}`));
    const ids: string[] = [];
    for (const talk of talks) {
      const bundle = await talk.write();
      ids.push(String((await postImport(service, user.token, bundle.file)).body["job_id"]));
      await bundle.remove();
    }
    while (held < IMPORTS) await sleep(50);
    first.pause();
    const stood = await Promise.all(ids.map(done));

    await worker("second", later.url);
    const paused = performance.now();
    for (const [i, id] of ids.entries()) while ((await done(id)) <= (stood[i] ?? 0) + 5) await sleep(50);
    expect(performance.now() - paused).to.be.lessThan(TAKEN_UP_MS);
    // in the middle of what the second is doing
    for (const [i, id] of ids.entries()) expect(await done(id)).to.be.lessThan(talks[i]?.events.length ?? 0);
    first.resume();
    release();
    wake();

    for (const id of ids) while ((await job(id))["state"] === "running") await sleep(200);
    // what comes too late from the first may still be on its way
    await sleep(2000);
    for (const [i, id] of ids.entries()) {
      const room = await ImportedRoom.joined(user, await job(id));
      expectReplayed(talks[i] ?? new Conversation(), room);
      expect(room.report["ledger"]).to.deep.equal([]);
    }
  });
});
