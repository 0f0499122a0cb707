import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import type { BundleEvent, ManifestHead } from "../../../src/bundle/manifest/manifest.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

describe("exports of a real room", () => {
  let service: Service;
  let ann: MatrixClient;
  let late: MatrixClient;
  let left: MatrixClient;
  let stranger: MatrixClient;
  let admin: Api;
  /** history is visible to those who had joined; the service user is in it from the start */
  let room: string;
  let folder: string;

  before(async () => {
    service = await sharedService();
    admin = new Api(service, service.adminToken);
    const { url } = await sharedSynapse();
    [ann, late, left, stranger] = (await Promise.all(
      ["ann", "late", "left", "stranger"].map((name) => registerUser(url, unique(name))),
    )) as [MatrixClient, MatrixClient, MatrixClient, MatrixClient];
    const joined = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
    room = await ann.createRoom({ name: "Tea & Ümlaut", initial_state: [joined], invite: [service.userId] });
    await serviceJoins(room);
    await ann.say(room, "before");
    for (const user of [late, left]) {
      await ann.invite(room, user.userId);
      await user.join(room);
    }
    await left.leave(room);
    await ann.say(room, "after");
    folder = await mkdtemp(join(tmpdir(), "roomporter-exports-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function serviceJoins(roomId: string): Promise<void> {
    for (;;) {
      const { membership } = await ann.stateContent(roomId, "m.room.member", service.userId);
      if (membership === "join") return;
    }
  }

  async function read(zip: Buffer): Promise<{ head: ManifestHead; bodies: unknown[]; events: BundleEvent[] }> {
    const file = join(folder, "bundle.zip");
    await writeFile(file, zip);
    const bundle = await openBundle(file);
    try {
      const events: BundleEvent[] = [];
      for await (const event of bundle.events()) events.push(event);
      const bodies = events.filter(({ type }) => type === "m.room.message").map(({ content }) => content["body"]);
      return { head: bundle.head, bodies, events };
    } finally {
      await bundle.close();
    }
  }

  it("hold what the requester may see", async () => {
    const mine = await read((await new Api(service, ann.token).exported(room)).zip);
    expect(mine.bodies).to.deep.equal(["before", "after"]);
    expect(mine.head.exported_by).to.equal(ann.userId);
    const theirs = await read((await new Api(service, late.token).exported(room)).zip);
    expect(theirs.bodies).to.deep.equal(["after"]);
  });

  it("are named after the room and the day", async () => {
    const response = await new Api(service, ann.token).fetch(`/v1/rooms/${encodeURIComponent(room)}/export`);
    await response.arrayBuffer();
    const day = new Date().toISOString().slice(0, 10);
    expect(response.headers.get("content-disposition")).to.equal(`attachment; filename="tea-umlaut-${day}.zip"`);
  });

  it("are for members alone", async () => {
    for (const user of [left, stranger]) {
      const api = new Api(service, user.token);
      const now = await api.exported(room);
      expect([now.status, now.body["errcode"]]).to.deep.equal([403, "M_FORBIDDEN"]);
      const job = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
      expect([job.status, job.body["errcode"]]).to.deep.equal([403, "M_FORBIDDEN"]);
    }
    expect((await new Api(service, ann.token).exported("!nowhere:localhost")).status).to.be.oneOf([403, 404]);
    expect((await new Api(service, ann.token).exported("#alias:localhost")).status).to.equal(404);
    expect((await new Api(service, ann.token).exported("alias")).status).to.equal(400);
  });

  it("for an admin token are read as the service user, and narrowed to anybody", async () => {
    const all = await read((await admin.exported(room)).zip);
    expect(all.bodies).to.deep.equal(["before", "after"]);
    expect(all.head.exported_by).to.equal(service.userId);
    const narrowed = await read((await admin.exported(room, `?as=${encodeURIComponent(late.userId)}`)).zip);
    expect(narrowed.bodies).to.deep.equal(["after"]);
    expect(narrowed.head.coverage.complete).to.equal(false);
    const other = await new Api(service, ann.token).exported(room, `?as=${encodeURIComponent(late.userId)}`);
    expect(other.status).to.equal(403);
    expect((await admin.exported(room, "?as=late")).status).to.equal(400);
  });

  it("need the service user in the room where it is the one who reads", async () => {
    const alone = await ann.createRoom();
    const now = await admin.exported(alone);
    expect(now.status).to.equal(403);
    expect(now.body["error"]).to.include(service.userId);
    const job = await new Api(service, ann.token).json(`/v1/rooms/${encodeURIComponent(alone)}/exports`, "POST");
    expect(job.status).to.equal(403);
    expect((await new Api(service, ann.token).exported(alone)).status).to.equal(200);
  });

  it("as a job are kept for who asked, and for admins", async () => {
    const api = new Api(service, late.token);
    const started = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    expect(started.status).to.equal(202);
    const id = String(started.body["job_id"]);
    const job = await api.ended(id);
    expect(job).to.deep.include({ kind: "export", state: "succeeded", room_id: room, error: null });
    expect(job["progress"]).to.have.property("total", (job["report"] as { counts: { events: number } }).counts.events);

    const whole = Buffer.from(await (await api.fetch(`/v1/jobs/${id}/bundle`)).arrayBuffer());
    const { bodies, head } = await read(whole);
    expect(bodies).to.deep.equal(["after"]);
    expect(head.exported_by).to.equal(late.userId);
    const range = await api.fetch(`/v1/jobs/${id}/bundle`, { headers: { range: "bytes=4-9" } });
    expect(range.status).to.equal(206);
    expect(Buffer.from(await range.arrayBuffer()).equals(whole.subarray(4, 10))).to.equal(true);

    expect((await admin.json(`/v1/jobs/${id}`)).status).to.equal(200);
    const others = new Api(service, ann.token);
    for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/bundle`, `/v1/jobs/${id}/events`])
      expect((await others.json(path)).status, path).to.equal(404);
    expect((await others.json(`/v1/jobs/${id}`, "DELETE")).status).to.equal(404);
    const listed = async (who: Api): Promise<unknown[]> =>
      ((await who.json("/v1/jobs")).body["jobs"] as { job_id: string }[]).map((each) => each.job_id);
    expect(await listed(api)).to.deep.equal([id]);
    expect(await listed(others)).to.not.include(id);
    expect(await listed(admin)).to.include(id);
  });
});
