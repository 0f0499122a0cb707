import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openCollection } from "../../../src/collections/open-collection.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";
import { withService } from "../spaces/space-tree.ts";

describe("the export of an upgraded room", function () {
  this.timeout(120_000);
  let dir: string;
  let synapse: SharedSynapse;
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  /** oldest first */
  const rooms: string[] = [];

  async function upgrade(roomId: string, version: string): Promise<string> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/upgrade`;
    const body = await ann.request("POST", path, { json: { new_version: version } });
    return String(body["replacement_room"]);
  }

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-predecessors-"));
    synapse = await sharedSynapse();
    service = await startService({ synapse, registration: synapse.takeRegistration() });
    ann = await registerUser(synapse.url, "upgrader");
    bob = await registerUser(synapse.url, "follower");
    rooms.push(await ann.createRoom({ name: "Tea", room_version: "10", invite: [bob.userId] }));
    await bob.join(rooms[0] ?? "");
    await bob.say(rooms[0] ?? "", "the first pot");
    await withService(ann, service, rooms);
    for (const version of ["11", "12"]) {
      const newest = await upgrade(rooms.at(-1) ?? "", version);
      rooms.push(newest);
      await withService(ann, service, [newest]);
      await ann.invite(newest, bob.userId);
      await bob.join(newest);
      await bob.say(newest, `a pot in version ${version}`);
    }
    // who has left the rooms before may have what they saw
    await bob.leave(rooms[0] ?? "");
  });
  after(async () => {
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function exported(of: MatrixClient, roomId: string, name: string): Promise<CollectionIndex> {
    const file = join(dir, name);
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: of.token };
    const { code, stderr } = await runProgram(["room", "export", roomId, "--with-predecessors", "-o", file], { env });
    expect(code, stderr).to.equal(0);
    expect(await verifyCollection(file)).to.deep.include({ ok: true, faults: [] });
    const collection = await openCollection(file);
    await collection.close();
    return collection.index;
  }

  it("has the rooms before it, also those that the requester has left, the newest first", async () => {
    const [old, middle, newest] = rooms as [string, string, string];
    const index = await exported(bob, newest, "tea.zip");
    expect(index).to.deep.include({
      upgraded_room: newest,
      user_id: bob.userId,
      refused: [],
      failed: [],
      left_out: [],
    });
    expect(index.rooms.map(({ room_id, predecessor }) => [room_id, predecessor])).to.deep.equal([
      [newest, middle],
      [middle, old],
      [old, undefined],
    ]);
    const { body } = await new Api(service, service.adminToken).json("/v1/audit?action=predecessors_export");
    const rows = (body["rows"] as JsonObject[]).map(({ outcome, room_id, actor }) => [outcome, room_id, actor]);
    expect(rows).to.deep.include.members([
      ["done", newest, bob.userId],
      ["granted", newest, bob.userId],
    ]);
  });

  it("does not follow where somebody only claims that a room is a predecessor, and refuses each by its own rules", async () => {
    const [, middle] = rooms as [string, string];
    const liar = await ann.createRoom({ name: "Liar", creation_content: { predecessor: { room_id: middle } } });
    const bridged = await ann.createRoom({ name: "Bridged" });
    await ann.setState(bridged, "m.bridge", { protocol: { id: "irc" } }, "irc");
    await withService(ann, service, [liar, bridged]);
    const next = await upgrade(bridged, "12");
    await ann.setState(next, "m.bridge", {}, "irc");
    await withService(ann, service, [next]);
    const claimed = await exported(ann, liar, "liar.zip");
    expect(claimed.rooms.map(({ room_id }) => room_id)).to.deep.equal([liar]);
    expect(claimed.left_out?.map(({ room_id, code }) => [room_id, code])).to.deep.equal([[middle, "not_replaced"]]);
    const refused = await exported(ann, next, "bridged.zip");
    expect([refused.rooms.map(({ room_id }) => room_id), refused.refused.map(({ room_id }) => room_id)]).to.deep.equal([
      [next],
      [bridged],
    ]);
  });

  it("is of rooms in which one is, and takes no option of one room", async () => {
    const [, , newest] = rooms as [string, string, string];
    const stranger = await registerUser(synapse.url, "stranger");
    const statusOf = async (token: string, query: string): Promise<unknown> =>
      (
        await new Api(service, token).fetch(
          `/v1/rooms/${encodeURIComponent(newest)}/exports?with_predecessors=true${query}`,
          { method: "POST" },
        )
      ).status;
    expect(await statusOf(stranger.token, "")).to.equal(403);
    expect(await statusOf(bob.token, "&thread=$x")).to.equal(400);
  });
});
