import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parseJson, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { metricsIn, samplesOf } from "../../unit/adapters/metrics/page.ts";
import { eventually, joinInvitedBy, membershipOf, said } from "../bot/talk.ts";
import { Api } from "./api.ts";

/** Stands in everything that people say, name or upload here, and must be nowhere outside. */
const MARK = "zebrafinch";
const SEND = `method="PUT",endpoint="/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}"`;

describe("what a monitoring system sees", () => {
  let synapse: SharedSynapse;
  let service: Service;
  let ivan: MatrixClient;
  let api: Api;
  /** of the listener for monitoring */
  let monitor: string;

  before(async () => {
    synapse = await sharedSynapse();
    const registration = synapse.takeRegistration();
    const port = await freePort();
    monitor = `http://127.0.0.1:${port}`;
    const listeners = [
      { port: Number(new URL(registration.url ?? "").port), resources: ["appservice", "api"] },
      { port, resources: ["metrics"] },
    ];
    service = await startService({ synapse, registration, config: { listeners, logging: { level: "debug" } } });
    ivan = await registerUser(synapse.url, unique("ivan"), `Ivan ${MARK}`);
    api = new Api(service, ivan.token);
  });
  after(() => service.close());

  const page = async (): Promise<string> => (await fetch(`${monitor}/metrics`)).text();
  const samples = async (): Promise<Map<string, number>> => samplesOf(await page());

  it("is there where the configuration says, and nowhere else", async () => {
    const answer = await fetch(`${monitor}/metrics`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("content-type")).to.equal("text/plain; version=0.0.4; charset=utf-8");
    expect(metricsIn(await answer.text()).map(({ name }) => name)).to.include("roomporter_build_info");
    expect((await fetch(`${monitor}/live`)).status).to.equal(200);
    expect((await fetch(`${monitor}/v1/openapi.json`)).status).to.equal(404);
    expect((await fetch(`${service.url}/metrics`)).status).to.equal(404);
  });

  it("counts an import and an export", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 20; i++) talk.say(i % 2 ? ALICE : BOB, `message ${i}`);
    const bytes = Buffer.alloc(5000, "x");
    const file = talk.file(bytes, "text/plain", "notes.txt");
    talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: "notes.txt", url: file });
    const bundle = await talk.write();
    const before = await samples();
    const since = (now: Map<string, number>, name: string): number => (now.get(name) ?? 0) - (before.get(name) ?? 0);
    const { status, body } = await postImport(service, ivan.token, bundle.file, { wait: 60 });
    await bundle.remove();
    expect(status).to.equal(201);

    const imported = await samples();
    const { events } = talk;
    expect(since(imported, `roomporter_events_total{kind="import"}`)).to.equal(events.length);
    expect(since(imported, `roomporter_jobs_ended_total{kind="import",outcome="succeeded"}`)).to.equal(1);
    expect(since(imported, `roomporter_jobs{kind="import",state="succeeded"}`)).to.equal(1);
    expect(imported.get(`roomporter_process_jobs{kind="import"}`)).to.equal(0);
    expect(imported.get("roomporter_queue_depth")).to.equal(0);
    expect(since(imported, `roomporter_homeserver_calls_total{${SEND},status="200"}`)).to.equal(events.length);
    expect(since(imported, `roomporter_homeserver_call_duration_seconds_count{${SEND}}`)).to.equal(events.length);
    expect(since(imported, `roomporter_bundle_bytes_total{direction="read"}`)).to.be.greaterThan(1000);
    expect(since(imported, `roomporter_media_bytes_total{direction="up"}`)).to.be.at.least(bytes.length);
    expect(since(imported, `roomporter_events_total{kind="export"}`)).to.equal(0);

    const roomId = String(body["room_id"]);
    await ivan.join(roomId);
    const { zip } = await api.exported(roomId);
    const exported = await samples();
    expect(since(exported, `roomporter_events_total{kind="export"}`)).to.be.greaterThan(events.length);
    expect(since(exported, `roomporter_bundle_bytes_total{direction="written"}`)).to.equal(zip.length);
    expect(since(exported, `roomporter_media_bytes_total{direction="down"}`)).to.be.at.least(bytes.length);

    const { body: job } = await api.json(`/v1/rooms/${encodeURIComponent(roomId)}/exports`, "POST");
    expect(await api.ended(String(job["job_id"]))).to.have.property("state", "succeeded");
    expect(since(await samples(), `roomporter_jobs_ended_total{kind="export",outcome="succeeded"}`)).to.equal(1);
  });

  it("holds, like the log, no token, no id of a room or person, and nothing that anybody wrote or named", async () => {
    const wrongToken = `wrong-${MARK}`;
    const slug = unique(MARK);
    const room = await ivan.createRoom({ name: `Name ${MARK}`, topic: `Topic ${MARK}`, invite: [service.userId] });
    await eventually("the bot joins", async () => (await membershipOf(service.userId, ivan, room)) === "join");
    const first = await ivan.say(room, `Hello ${MARK}`);
    await ivan.edit(room, first, `Edited ${MARK}`);
    await ivan.redact(room, await ivan.say(room, "gone"), `Reason ${MARK}`);
    await ivan.setState(room, `org.${MARK}`, { value: MARK }, `key ${MARK}`);
    const file = await ivan.upload(Buffer.from(MARK), "text/plain", `${MARK}.txt`);
    await ivan.send(room, "m.room.message", { msgtype: "m.file", body: `${MARK}.txt`, url: file });
    await ivan.send(room, "m.room.message", { msgtype: "m.file", body: "x", url: `mxc://localhost/${MARK}` });

    // exports: at once, as a job, by the bot
    const { zip } = await api.exported(room);
    const { body: queued } = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    const exportJob = String(queued["job_id"]);
    expect(await api.ended(exportJob)).to.have.property("state", "succeeded");
    await api.fetch(`/v1/jobs/${exportJob}/bundle`);
    await ivan.say(room, "!export");
    await joinInvitedBy(service.userId, ivan);

    // imports: a good one; a bundle that is none; a workspace that is not there; the bot's
    const bundle = join(service.dir, `${MARK}.zip`);
    await writeFile(bundle, zip);
    const { status, body } = await postImport(service, ivan.token, bundle, { wait: 60 });
    expect(status).to.equal(201);
    await writeFile(bundle, `no bundle, ${MARK}`);
    expect((await postImport(service, ivan.token, bundle)).status).to.equal(400);
    await writeFile(bundle, zip);
    const fields = { workspace_id: slug };
    expect((await postImport(service, ivan.token, bundle, { fields })).status).to.be.within(400, 404);
    for (const command of [`!import ${slug}`, `!${MARK}`, `!cancel ${MARK}`, `!export --since ${MARK}`])
      await ivan.say(room, command);
    await ivan.say(room, "!help");
    await said(service.userId, ivan, room, "!jobs");

    // people without rights, and addresses that are none
    await new Api(service, wrongToken).json("/v1/jobs");
    await api.json(`/v1/rooms/${encodeURIComponent(`!${MARK}:localhost`)}/export`);
    await api.json(`/v1/jobs/${MARK}`);
    await fetch(`${service.url}/v1/${MARK}?access_token=${MARK}`);
    await fetch(`${monitor}/${MARK}`);

    const [log, metrics] = [service.log(), await page()];
    const tokens = [ivan.token, service.adminToken, service.asToken, service.hsToken, wrongToken];
    for (const secret of [...tokens, MARK]) {
      expect(log).not.to.include(secret);
      expect(metrics).not.to.include(secret);
    }
    expect(metrics).not.to.match(/[!@#]\w+:|\$\w{8}|mxc:/);

    // while the log tells which job and which room it is about
    const lines = log
      .trim()
      .split("\n")
      .map((line) => parseJson(line) as JsonObject);
    for (const job of [exportJob, String(body["job_id"])]) {
      const about = lines.filter((line) => line["job_id"] === job).map((line) => line["msg"]);
      expect(about).to.include.members(["job started", "job ended"]);
    }
    expect(lines.some((line) => line["room_id"] === room)).to.equal(true);
  });
});
