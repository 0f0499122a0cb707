import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import { openCollection } from "../../../src/collections/open-collection.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { RequestError, type MatrixClient } from "../../support/matrix-client.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import type { Service } from "../../support/service.ts";
import { unique } from "../../support/users.ts";
import { eventually } from "../../synapse/bot/talk.ts";
import { Api } from "../../synapse/http/api.ts";
import { audited, call, roomPath } from "../../synapse/rooms/cast.ts";
import type { World } from "../world.ts";

const SECRET = "nobody else may read this";

/** Rooms with rules are made, keep their rules, and are closed. */
export function guarded(world: () => World, service: () => Service, roomVersion: string): void {
  let ann: MatrixClient;
  let bob: MatrixClient;
  let mal: MatrixClient;
  let purging: Service;
  before(async () => {
    [ann, bob, mal] = [
      await world().person("board-ann"),
      await world().person("board-bob"),
      await world().person("mal"),
    ];
  });

  async function made(by: Service, options: JsonObject): Promise<string> {
    const { status, body } = await call(by, ann, "POST", "/v1/rooms", { name: "Board", ...options });
    expect(status, JSON.stringify(body)).to.equal(201);
    const roomId = String(body["room_id"]);
    await ann.join(roomId);
    return roomId;
  }

  /** What a member's client is shown of the room; nothing where it is let in no more. */
  async function readBy(member: MatrixClient, roomId: string): Promise<string> {
    try {
      return JSON.stringify(await member.timeline(roomId));
    } catch (error) {
      if (error instanceof RequestError && [403, 404].includes(error.status)) return "";
      throw error;
    }
  }

  async function close(by: Service, roomId: string, how: string): Promise<void> {
    const { status, body } = await call(by, ann, "POST", roomPath(roomId, "close"));
    expect(status, JSON.stringify(body)).to.be.oneOf([200, 202]);
    const done = `room_close done service ${how}`;
    await eventually(done, async () => audited(by, roomId).includes(done));
  }

  it("an incognito room does not travel, and its words are gone once it is closed", async () => {
    const roomId = await made(service(), { scope_kind: "incognito", invite: [bob.userId] });
    await bob.join(roomId);
    expect(await ann.stateContent(roomId, "m.room.create")).to.include({ room_version: roomVersion });
    await ann.say(roomId, SECRET);
    await bob.say(roomId, SECRET);
    expect(await readBy(bob, roomId)).to.include(SECRET);
    const { status, body } = await new Api(service(), ann.token).exported(roomId);
    expect(status, JSON.stringify(body)).to.equal(400);
    expect(body["reasons"]).to.deep.include({
      code: "scope_incognito",
      message: (body["reasons"] as JsonObject[])[0]?.["message"] ?? "",
    });
    await close(service(), roomId, "redacted");
    for (const member of [ann, bob]) expect(await readBy(member, roomId)).to.not.include(SECRET);
  });

  it("a restricted room lets in who holds the role", async () => {
    const roomId = await made(service(), { visibility: "restricted", read_role_slugs: ["board"] });
    const invited = await call(service(), ann, "POST", roomPath(roomId, "invite"), { user_id: mal.userId });
    expect(invited.status, JSON.stringify(invited.body)).to.equal(403);
    expect((await call(service(), ann, "POST", roomPath(roomId, "invite"), { user_id: bob.userId })).status).to.equal(
      200,
    );
    await bob.join(roomId);
    await bob.say(roomId, "here I am");
    const rooms = (await new Api(service(), ann.token).json("/v1/rooms")).body["rooms"] as JsonObject[];
    expect(rooms.map((room) => room["room_id"])).to.include(roomId);
    const asOutsider = async (room: string): Promise<unknown> =>
      (await new Api(service(), mal.token).json(roomPath(room, "export"))).body["error"];
    expect(await asOutsider(roomId)).to.equal(await asOutsider("!unknown:localhost"));
  });

  it("a closed room is deleted where a server administrator's token is configured", async () => {
    const { homeserver, kind } = world();
    const admin = await registerServerAdmin(homeserver, unique("root"));
    const { url, serverName } = homeserver;
    const config = { homeserver: { url, server_name: serverName, admin_token: admin.token } };
    purging = await world().startService(roomVersion, config);
    const roomId = await made(purging, { invite: [bob.userId] });
    await bob.join(roomId);
    await bob.say(roomId, SECRET);
    await close(purging, roomId, kind.deletes.includes(roomVersion) ? "purged" : "redacted");
    for (const member of [ann, bob]) expect(await readBy(member, roomId)).to.not.include(SECRET);
  });

  it("all rooms are exported, as far as the homeserver lets its administrator list them", async () => {
    const { body } = await call(purging, { token: purging.adminToken }, "POST", "/v1/gdpr/export");
    const admins = new Api(purging, purging.adminToken);
    expect(await admins.ended(String(body["job_id"]))).to.have.property("state", "succeeded");
    const file = world().file("rooms.zip");
    const bundle = await admins.fetch(`/v1/jobs/${String(body["job_id"])}/bundle`);
    await writeFile(file, Buffer.from(await bundle.arrayBuffer()));
    const collection = await openCollection(file);
    await collection.close();
    expect(collection.index.scope).to.equal(world().kind.listsRooms ? "homeserver" : "service");
  });
}
