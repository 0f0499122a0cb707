import { readFile, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf, said } from "../bot/talk.ts";
import { Api } from "../http/api.ts";

describe("a permission that was taken away", function () {
  this.timeout(120_000);
  let service: Service;
  /** was a user, and may not use the service any more */
  let gone: MatrixClient;
  /** was an admin, and is a user */
  let former: MatrixClient;
  let room: string;
  /** of gone, and of former: one of a room, one of all rooms */
  const jobs = { gone: "", former: "", all: "", waiting: "", allWaiting: "" };

  before(async () => {
    const synapse = await sharedSynapse();
    [gone, former] = [
      await registerUser(synapse.url, unique("gone")),
      await registerUser(synapse.url, unique("former")),
    ];
    const permissions = { "*": "user", [former.userId]: "admin" };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config: { permissions } });
    room = await gone.createRoom({ invite: [service.userId, former.userId] });
    await former.join(room);
    await eventually("the bot joins", async () => (await membershipOf(service.userId, gone, room)) === "join");
    await gone.say(room, "words");
    const path = `/v1/rooms/${encodeURIComponent(room)}/exports`;
    jobs.gone = await succeeded(gone, path);
    jobs.former = await succeeded(former, path);
    jobs.all = await succeeded(former, "/v1/gdpr/export");
    jobs.waiting = await succeeded(gone, path);
    jobs.allWaiting = await succeeded(former, "/v1/gdpr/export");
    for (const [user, id] of [
      [gone, jobs.gone],
      [former, jobs.all],
    ] as const)
      expect((await new Api(service, user.token).fetch(`/v1/jobs/${id}/bundle`)).status, "before").to.equal(200);

    // two jobs as if they were still queued when the service stopped
    await service.stop();
    const db = new DatabaseSync(join(service.dir, "data", "roomporter.db"));
    db.prepare(
      "UPDATE jobs SET state = 'queued', report = NULL, finished_at = NULL, held = NULL WHERE id IN (?, ?)",
    ).run(jobs.waiting, jobs.allWaiting);
    db.close();
    const config = JSON.parse(await readFile(service.configFile, "utf8")) as JsonObject;
    const now = { "*": "user", [gone.userId]: "none" };
    await writeFile(service.configFile, JSON.stringify({ ...config, permissions: now }));
    await service.start();
  });
  after(() => service.close());

  async function succeeded(user: MatrixClient, path: string): Promise<string> {
    const api = new Api(service, user.token);
    const { status, body } = await api.json(path, "POST");
    expect(status).to.equal(202);
    expect(await api.ended(String(body["job_id"]))).to.have.property("state", "succeeded");
    return String(body["job_id"]);
  }

  /** What each request about a job is answered with, as `status errcode`. */
  async function answers(user: MatrixClient, id: string): Promise<Record<string, string>> {
    const asked = ["GET ", "GET /events", "GET /bundle", "POST /retry", "DELETE "];
    const found: Record<string, string> = {};
    for (const each of asked) {
      const [method = "", rest = ""] = each.split(" ");
      const { status, body } = await new Api(service, user.token).json(`/v1/jobs/${id}${rest}`, method);
      found[each] = `${status} ${String(body["errcode"])}`;
    }
    return found;
  }
  const all = (answer: string): Record<string, string> =>
    Object.fromEntries(["GET ", "GET /events", "GET /bundle", "POST /retry", "DELETE "].map((each) => [each, answer]));

  it("gives nothing of an old job to those who may not use the service any more", async () => {
    expect(await answers(gone, jobs.gone)).to.deep.equal(all("403 M_FORBIDDEN"));
    expect((await new Api(service, gone.token).json("/v1/jobs")).status).to.equal(403);
  });

  it("ends what was still to be done for them", async () => {
    const admin = new Api(service, service.adminToken);
    const waiting = await admin.ended(jobs.waiting);
    expect(waiting).to.have.property("state", "failed");
    expect(waiting).to.have.nested.property("error.errcode", "M_FORBIDDEN");
    expect(await admin.ended(jobs.allWaiting)).to.have.nested.property("error.errcode", "M_FORBIDDEN");
  });

  it("keeps an export of all rooms, and others' jobs, from a former admin", async () => {
    const api = new Api(service, former.token);
    expect(await answers(former, jobs.all)).to.deep.equal(all("403 M_FORBIDDEN"));
    expect(await answers(former, jobs.gone)).to.deep.equal(all("404 M_NOT_FOUND"));
    const { body } = await api.json("/v1/jobs");
    expect(
      (body["jobs"] as JsonObject[]).map((job) => job["job_id"]),
      "no export of all rooms",
    ).to.deep.equal([jobs.former]);
    expect((await api.fetch(`/v1/jobs/${jobs.former}/bundle`)).status, "their own export of a room").to.equal(200);
    expect((await api.json("/v1/gdpr/export", "POST")).status).to.equal(403);
    expect((await api.json("/v1/audit")).status).to.equal(403);
  });

  it("is not overlooked by the bot", async () => {
    for (const command of ["jobs", `cancel ${jobs.gone}`, `retry ${jobs.gone}`, "export"]) {
      const id = await gone.say(room, `!${command}`);
      const answer = await said(service.userId, gone, room, "You may not use this service");
      expect(answer.content["m.relates_to"], command).to.have.nested.property("m\\.in_reply_to.event_id", id);
      await gone.redact(room, answer.event_id);
    }
    await former.say(room, `!retry ${jobs.all}`);
    await said(service.userId, former, room, "for admins only");
    await former.say(room, `!cancel ${jobs.gone}`);
    await said(service.userId, former, room, "no such job");
  });

  it("is in the audit log, once for each refusal", async () => {
    const admin = new Api(service, service.adminToken);
    const { body } = await admin.json(`/v1/audit?outcome=refused&actor=${encodeURIComponent(gone.userId)}`);
    const rows = body["rows"] as JsonObject[];
    const counted = Map.groupBy(rows, ({ action, door }) => `${String(action)} ${String(door)}`);
    expect(Object.fromEntries([...counted].map(([what, { length }]) => [what, length]))).to.deep.equal({
      "bundle_download http": 1,
      "job_retry http": 1,
      "job_cancel http": 1,
      "job_cancel bot": 1,
      "job_retry bot": 1,
      "export bot": 1,
      // the end of the job that still waited
      "export service": 1,
    });
  });
});
