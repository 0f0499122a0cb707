import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { Conversation } from "../../support/conversation.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startPostgres, type Postgres } from "../../support/postgres.ts";
import { runProgram } from "../../support/command-line.ts";
import { startService, type Service } from "../../support/service.ts";
import { describeOnPostgres } from "../../support/shared-postgres.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { startWorker, type Worker } from "../../support/worker.ts";
import { Api } from "../http/api.ts";

/** Somebody looks for a job whose worker is gone at least that often, and its lease has to lapse first; milliseconds. */
const TAKEN_UP_MS = 60_000;

describeOnPostgres("workers on PostgreSQL", function () {
  this.timeout(240_000);
  let postgres: Postgres;
  let service: Service;
  let user: MatrixClient;
  let api: Api;
  const workers: Worker[] = [];

  before(async () => {
    const synapse = await sharedSynapse();
    postgres = await startPostgres();
    const database = { url: await postgres.createDatabase() };
    const config = { database, limits: { concurrent_jobs: 2, jobs_per_user: 3 } };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config });
    user = await registerUser(synapse.url, unique("wanda"));
    api = new Api(service, user.token);
  });

  after(async () => {
    for (const worker of workers) await worker.stop();
    await service.close();
    await postgres.close();
  });

  async function worker(name: string): Promise<Worker> {
    const started = await startWorker(service, name);
    workers.push(started);
    return started;
  }

  /** Each test can run alone. */
  async function somebodyWorks(): Promise<void> {
    if (workers.length === 0) await worker("somebody");
  }

  async function importing(talk: Conversation): Promise<string> {
    const bundle = await talk.write();
    const { status, body } = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    expect(status, JSON.stringify(body)).to.equal(202);
    return String(body["job_id"]);
  }

  async function job(id: string): Promise<JsonObject & { done: number }> {
    const { body } = await api.json(`/v1/jobs/${id}`);
    return { ...body, done: (body["progress"] as { done: number }).done };
  }

  async function reaches(id: string, events: number): Promise<void> {
    for (;;) {
      const now = await job(id);
      if (now["state"] === "failed") throw new Error(JSON.stringify(now));
      if (now.done >= events) return;
      await sleep(50);
    }
  }

  async function expectWhole(id: string, talk: Conversation): Promise<void> {
    const ended = await api.ended(id);
    expect(ended["state"], JSON.stringify(ended)).to.equal("succeeded");
    expectReplayed(talk, await ImportedRoom.joined(user, ended));
  }

  it("leave jobs to whoever comes: serve only answers, and at once somebody is there the job runs", async () => {
    const talk = variedConversation(1);
    const id = await importing(talk);
    await sleep(1500);
    expect((await job(id))["state"]).to.equal("queued");
    await worker("first");
    await expectWhole(id, talk);
    // from now on a queue message, not the sweep, brings it
    const began = performance.now();
    const next = await importing(talk);
    await reaches(next, 1);
    expect(performance.now() - began).to.be.lessThan(8000);
    await expectWhole(next, talk);
  });

  it("hand over at SIGTERM at once, and are replaced within a minute after kill -9", async () => {
    await somebodyWorks();
    const talk = variedConversation(22);
    const id = await importing(talk);
    await reaches(id, 15);
    const [first] = workers;
    const second = await worker("second");
    let began = performance.now();
    await first?.stop();
    expect(performance.now() - began).to.be.lessThan(9000);
    await reaches(id, (await job(id)).done + 5);
    expect(performance.now() - began).to.be.lessThan(10_000);

    await second.kill();
    const stood = (await job(id)).done;
    await worker("third");
    began = performance.now();
    await reaches(id, stood + 5);
    expect(performance.now() - began).to.be.lessThan(TAKEN_UP_MS);
    await expectWhole(id, talk);
  });

  it("stop within seconds for whoever cancels at the service, and leave no room", async () => {
    await somebodyWorks();
    const id = await importing(variedConversation(60));
    await reaches(id, 10);
    const roomId = String((await job(id))["room_id"]);
    const began = performance.now();
    const { body } = await api.json(`/v1/jobs/${id}`, "DELETE");
    expect(performance.now() - began).to.be.lessThan(8000);
    expect(body["state"]).to.equal("cancelled");
    expect(await joinedRooms()).not.to.include(roomId);
    expect((await api.json(`/v1/jobs/${id}/retry`, "POST")).status).to.equal(409);
  });

  it("go on with a job that was cancelled to be kept", async () => {
    await somebodyWorks();
    const talk = variedConversation(24);
    const id = await importing(talk);
    await reaches(id, 10);
    const { body } = await api.json(`/v1/jobs/${id}?keep=true`, "DELETE");
    expect(body["state"]).to.equal("cancelled");
    const stood = await job(id);
    expect(await joinedRooms()).to.include(stood["room_id"]);
    const again = await api.json(`/v1/jobs/${id}/retry`, "POST");
    expect(again.status).to.equal(202);
    expect(again.body["progress"]).to.deep.include({ done: stood.done });
    await expectWhole(id, talk);
    expect((await job(id))["room_id"]).to.equal(stood["room_id"]);
  });

  it("export all rooms between them, one where another one stopped", async () => {
    await somebodyWorks();
    const talk = variedConversation(1);
    await expectWhole(await importing(talk), talk);
    const admin = new Api(service, service.adminToken);
    const { status, body } = await admin.json("/v1/gdpr/export", "POST");
    expect(status).to.equal(202);
    const id = String(body["job_id"]);
    for (;;) {
      const { body: now } = await admin.json(`/v1/jobs/${id}`);
      if (now["state"] !== "queued") break;
      await sleep(20);
    }
    await workers.at(-1)?.stop();
    await worker("heir");
    const ended = await admin.ended(id);
    expect(ended["state"], JSON.stringify(ended)).to.equal("succeeded");
    expect((ended["report"] as { counts: { exported: number } }).counts.exported).to.be.at.least(1);
    expect((await admin.fetch(`/v1/jobs/${id}/bundle`, { method: "HEAD" })).status).to.equal(200);
  });

  it("do for one user no more than they may have unfinished", async () => {
    const talk = variedConversation(4);
    const ids = [await importing(talk), await importing(talk), await importing(talk)];
    const bundle = await talk.write();
    const { status, body } = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    expect(status).to.equal(429);
    expect(body["errcode"]).to.equal("M_LIMIT_EXCEEDED");
    for (const id of ids) await api.json(`/v1/jobs/${id}`, "DELETE");
    await importing(talk).then((id) => api.json(`/v1/jobs/${id}`, "DELETE"));
  });

  it("wait for a database that goes away, in the middle and at the start, and say so", async () => {
    await somebodyWorks();
    const talk = variedConversation(14);
    const id = await importing(talk);
    await reaches(id, 10);
    await postgres.stop();
    const ready = await fetch(`${service.url}/ready`);
    expect(ready.status).to.equal(503);
    expect(JSON.stringify(await ready.json())).to.contain('"database"');
    expect((await api.json(`/v1/jobs/${id}`)).status).to.equal(503);
    await sleep(3000);
    await postgres.start();
    await reaches(id, 25);

    const again = workers.at(-1);
    await again?.stop();
    await service.stop();
    await postgres.stop();
    const starting = Promise.all([service.start(), again?.start()]);
    for (;;) {
      const early = await fetch(`${service.url}/ready`).catch(() => undefined);
      if (early) {
        expect(early.status).to.equal(503);
        expect(await early.text()).to.contain("the database does not answer yet");
        break;
      }
      await sleep(20);
    }
    await postgres.start();
    await starting;
    await expectWhole(id, talk);
    const { code, stderr } = await runProgram(["audit", "verify", "-c", service.configFile]);
    expect([code, stderr], "the audit log, which several processes have written").to.deep.equal([0, ""]);
  });

  async function joinedRooms(): Promise<unknown[]> {
    const { url } = await sharedSynapse();
    const headers = { authorization: `Bearer ${service.asToken}` };
    const query = `?user_id=${encodeURIComponent(service.userId)}`;
    const answer = await fetch(`${url}/_matrix/client/v3/joined_rooms${query}`, { headers });
    return ((await answer.json()) as { joined_rooms: unknown[] }).joined_rooms;
  }
});
