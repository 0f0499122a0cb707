import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation, type WrittenBundle } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

describe("imports over HTTP into a real homeserver", () => {
  let synapse: SharedSynapse;
  let service: Service;
  let serviceUser: MatrixClient;
  let ivan: MatrixClient;
  let api: Api;
  let bundle: WrittenBundle;

  before(async () => {
    synapse = await sharedSynapse();
    service = await sharedService();
    serviceUser = new MatrixClient(synapse.url, service.asToken, service.userId, { masquerade: true });
    ivan = await registerUser(synapse.url, unique("ivan"));
    api = new Api(service, ivan.token);
    const talk = new Conversation();
    for (let i = 0; i < 5; i++) talk.say(ALICE, `message ${i}`);
    bundle = await talk.write();
  });
  after(() => bundle.remove());

  /** A space of ivan's with an alias, where these may add rooms. */
  async function space(
    levels: Record<string, number>,
    members: MatrixClient[],
  ): Promise<{ roomId: string; slug: string }> {
    const slug = unique("space");
    const roomId = await ivan.createRoom({
      creation_content: { type: "m.space" },
      room_version: "11",
      room_alias_name: slug,
      invite: [service.userId, ...members.map((member) => member.userId)],
      power_level_content_override: { users: { [ivan.userId]: 100, ...levels } },
    });
    for (const member of members) await member.join(roomId);
    for (;;) {
      const { membership } = await ivan.stateContent(roomId, "m.room.member", service.userId);
      if (membership === "join") return { roomId, slug };
    }
  }

  it("tell the room at the end, and the report", async () => {
    const { status, body } = await postImport(service, ivan.token, bundle.file, { wait: 60 });
    expect(status).to.equal(201);
    expect(body).to.deep.include({ kind: "import", state: "succeeded", error: null });
    expect(body["room_id"]).to.be.a("string");
    expect((body["report"] as JsonObject)["room_id"]).to.equal(body["room_id"]);
    expect((await api.json(String(body["status_url"]))).body["room_id"]).to.equal(body["room_id"]);
    expect((await api.json(`/v1/jobs/${String(body["job_id"])}/bundle`)).status).to.equal(404);
  });

  it("of a bundle that was imported before are refused with its room, until they are asked for again, or the room is left", async () => {
    const talk = new Conversation();
    talk.say(ALICE, "once");
    const once = await talk.write();
    const post = (user: MatrixClient, again = false): ReturnType<typeof postImport> =>
      postImport(service, user.token, once.file, { wait: 60, again });
    const first = await post(ivan);
    const { job_id, room_id } = first.body;
    const second = await post(ivan);
    expect([first.status, second.status]).to.deep.equal([201, 409]);
    expect(second.body).to.include({ errcode: "IO.ROOMPORTER.ALREADY_IMPORTED", job_id, room_id });
    expect(second.body["error"]).to.contain(`https://matrix.to/#/${String(room_id)}`);
    expect((await post(await registerUser(synapse.url, unique("judy")))).status, "somebody else").to.equal(201);
    const again = await post(ivan, true);
    expect(again.status).to.equal(201);
    for (const room of [room_id, again.body["room_id"]]) {
      expect((await post(ivan)).status).to.equal(409);
      await ivan.join(String(room));
      await ivan.leave(String(room));
    }
    expect((await post(ivan)).status, "all are left").to.equal(201);
    await once.remove();
  });

  it("put the room into a workspace, by slug, alias and id", async () => {
    const { roomId, slug } = await space({ [service.userId]: 50 }, []);
    for (const workspace of [slug, `#${slug}:${synapse.serverName}`, roomId]) {
      const fields = { workspace_id: workspace };
      const { status, body } = await postImport(service, ivan.token, bundle.file, { wait: 60, fields });
      expect(status, workspace).to.equal(201);
      expect(await ivan.stateContent(roomId, "m.space.child", String(body["room_id"]))).to.have.property("via");
    }
  });

  it("do not put rooms where the requester or the service may not", async () => {
    const guest = await registerUser(synapse.url, unique("guest"));
    const outsider = await registerUser(synapse.url, unique("outsider"));
    const open = await space({ [service.userId]: 50 }, [guest]);
    const closed = await space({}, []);
    const attempts: [MatrixClient, string, number][] = [
      [guest, open.slug, 403],
      [outsider, open.roomId, 403],
      [ivan, closed.slug, 403],
      [ivan, "no-such-workspace", 404],
    ];
    for (const [user, workspace, status] of attempts) {
      const answer = await postImport(service, user.token, bundle.file, { fields: { workspace_id: workspace } });
      expect([answer.status, answer.body["errcode"]]).to.deep.equal([
        status,
        status === 403 ? "M_FORBIDDEN" : "M_NOT_FOUND",
      ]);
    }
    expect((await new Api(service, guest.token).json("/v1/jobs")).body).to.deep.equal({ jobs: [] });
  });

  it("of a faulty bundle create nothing and name the faults", async () => {
    const before = (await api.json("/v1/jobs")).body;
    const rooms = await joinedRooms();
    const bytes = await readFile(bundle.file);
    const faulty = `${bundle.file}.faulty`;
    for (const [name, content] of [
      ["no ZIP", Buffer.from("hello")],
      ["half", bytes.subarray(0, bytes.length / 2)],
      ["empty", Buffer.alloc(0)],
    ] as const) {
      await writeFile(faulty, content);
      const { status, body } = await postImport(service, ivan.token, faulty);
      expect([status, body["errcode"]], name).to.deep.equal([400, "IO.ROOMPORTER.BAD_BUNDLE"]);
      expect(body["reasons"], name).to.be.an("array").that.is.not.empty;
    }
    expect((await api.json("/v1/jobs")).body).to.deep.equal(before);
    expect(await joinedRooms()).to.deep.equal(rooms);
  });

  async function joinedRooms(): Promise<unknown> {
    return (await serviceUser.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"];
  }

  it("for somebody else need an admin token, and a user of this homeserver", async () => {
    const other = await registerUser(synapse.url, unique("other"));
    const fields = { as: other.userId };
    expect((await postImport(service, ivan.token, bundle.file, { fields })).status).to.equal(403);
    expect((await postImport(service, service.adminToken, bundle.file)).body["errcode"]).to.equal("M_MISSING_PARAM");
    const foreign = await postImport(service, service.adminToken, bundle.file, {
      fields: { as: "@ann:elsewhere.org" },
    });
    expect(foreign.status).to.equal(400);
    const ghost = await postImport(service, service.adminToken, bundle.file, {
      fields: { as: `@${unique("ghost")}:${synapse.serverName}` },
    });
    expect([ghost.status, ghost.body["error"]]).to.deep.equal([
      400,
      "The homeserver has no such user: nobody could enter the new room",
    ]);
    const done = await postImport(service, service.adminToken, bundle.file, { wait: 60, fields });
    expect(done.status).to.equal(201);
    await other.join(String(done.body["room_id"]));
  });

  it("can be cancelled, and leave nothing behind", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 400; i++) talk.say(ALICE, `message ${i}`);
    const long = await talk.write();
    const { body } = await postImport(service, ivan.token, long.file);
    const id = String(body["job_id"]);
    const stream = await api.fetch(`/v1/jobs/${id}/events`);
    const room = await made(id);
    expect(await joinedRooms()).to.include(room);
    const cancelled = await api.json(`/v1/jobs/${id}`, "DELETE");
    expect(cancelled.body["state"]).to.equal("cancelled");
    expect((await stream.text()).trim().split("\n").at(-1)).to.include('"state":"cancelled"');
    expect((await api.json(`/v1/jobs/${id}`)).body["state"]).to.equal("cancelled");
    expect(await joinedRooms()).not.to.include(room);
    await long.remove();
  });

  async function made(jobId: string): Promise<string> {
    for (;;) {
      const room = (await api.json(`/v1/jobs/${jobId}`)).body["room_id"];
      if (typeof room === "string") return room;
    }
  }
});
