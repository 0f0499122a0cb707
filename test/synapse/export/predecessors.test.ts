import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffCollections } from "../../../src/collections/diff-collections.ts";
import { openCollection } from "../../../src/collections/open-collection.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
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
    const cup = await ann.upload(Buffer.from("a picture of a cup"), "image/png", "cup.png");
    const picture = { msgtype: "m.image", body: "cup.png", url: cup };
    rooms.push(await ann.createRoom({ name: "Tea", topic: "green", room_version: "10", invite: [bob.userId] }));
    await bob.join(rooms[0] ?? "");
    const first = await bob.say(rooms[0] ?? "", "the first pot");
    await ann.react(rooms[0] ?? "", first, "👍");
    await ann.send(rooms[0] ?? "", "m.room.message", picture);
    await withService(ann, service, rooms);
    for (const version of ["11", "12"]) {
      const newest = await upgrade(rooms.at(-1) ?? "", version);
      rooms.push(newest);
      await withService(ann, service, [newest]);
      await ann.invite(newest, bob.userId);
      await bob.join(newest);
      const said = await bob.say(newest, `a pot in version ${version}`);
      await bob.edit(newest, said, `two pots in version ${version}`);
      // what somebody answers who still looks at the old room
      await ann.say(newest, "to that", { "m.relates_to": { "m.in_reply_to": { event_id: first } } });
      await ann.send(newest, "m.room.message", picture);
      const wrong = await ann.say(newest, "wrong");
      await ann.redact(newest, wrong, "a mistake");
    }
    await ann.setState(rooms[2] ?? "", "m.room.topic", { topic: "black" });
    // who has left the rooms before may have what they saw
    await bob.leave(rooms[0] ?? "");
  });
  after(async () => {
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The ZIP that a job of this person makes. */
  async function made(of: MatrixClient, path: string, name: string): Promise<string> {
    const api = new Api(service, of.token);
    const begun = await api.fetch(path, { method: "POST" });
    const { job_id: id } = (await begun.json()) as { job_id: string };
    const job = await api.ended(id);
    expect(job, JSON.stringify(job)).to.include({ state: "succeeded" });
    const file = join(dir, name);
    await writeFile(file, Buffer.from(await (await api.fetch(`/v1/jobs/${id}/bundle`)).arrayBuffer()));
    return file;
  }
  const exportPath = (roomId: string): string => `/v1/rooms/${encodeURIComponent(roomId)}/exports`;
  const withPredecessors = (of: MatrixClient, roomId: string, name: string): Promise<string> =>
    made(of, `${exportPath(roomId)}?with_predecessors=true`, name);

  async function indexOf(file: string): Promise<CollectionIndex> {
    expect(await verifyCollection(file)).to.deep.include({ ok: true, faults: [] });
    const collection = await openCollection(file);
    await collection.close();
    return collection.index;
  }

  /** The job that an import of this file has become, once it has ended. */
  async function imported(file: string, upgrades: string, killAt = Infinity): Promise<JsonObject> {
    const form = new FormData();
    form.append("upgrades", upgrades);
    form.append("again", "true");
    form.append("bundle", new Blob([await readFile(file)]), "upgraded.zip");
    const api = new Api(service, ann.token);
    const begun = await api.fetch("/v1/spaces/import", { method: "POST", body: form });
    const { job_id: id } = (await begun.json()) as { job_id: string };
    if (killAt < Infinity) {
      const done = async (): Promise<number> =>
        ((await api.json(`/v1/jobs/${id}`)).body["progress"] as { done: number }).done;
      while ((await done()) < killAt) await sleep(20);
      await service.kill();
      await service.start();
    }
    const job = await api.ended(id);
    expect(job, JSON.stringify(job["error"])).to.include({ state: "succeeded" });
    return job;
  }

  it("has the rooms before it, also those that the requester has left, the newest first", async () => {
    const [old, middle, newest] = rooms as [string, string, string];
    const file = join(dir, "tea.zip");
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: bob.token };
    const { code, stderr } = await runProgram(["room", "export", newest, "--with-predecessors", "-o", file], { env });
    expect(code, stderr).to.equal(0);
    const index = await indexOf(file);
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
    const claimed = await indexOf(await withPredecessors(ann, liar, "liar.zip"));
    expect(claimed.rooms.map(({ room_id }) => room_id)).to.deep.equal([liar]);
    expect(claimed.left_out?.map(({ room_id, code }) => [room_id, code])).to.deep.equal([[middle, "not_replaced"]]);
    const refused = await indexOf(await withPredecessors(ann, next, "bridged.zip"));
    expect([refused.rooms.map(({ room_id }) => room_id), refused.refused.map(({ room_id }) => room_id)]).to.deep.equal([
      [next],
      [bridged],
    ]);
  });

  it("comes in as one room in one order, or as linked rooms, which the old rooms equal, also after kill -9", async () => {
    const file = await withPredecessors(ann, rooms[2] ?? "", "upgraded.zip");
    const job = await imported(file, "one-room", 15);
    const newRoom = String(job["room_id"]);
    await ann.join(newRoom);
    const timeline = await ann.timeline(newRoom);
    const seams = timeline.filter(({ content }) => content["msgtype"] === "m.notice");
    expect(seams.map(({ content }) => content["body"])).to.deep.equal([
      "The room was upgraded here from version 10 to version 11.",
      "The room was upgraded here from version 11 to version 12.",
    ]);
    const stateOf = (type: string): unknown[] =>
      timeline.filter((event) => event.type === type).map(({ content }) => content[type.slice("m.room.".length)]);
    expect([stateOf("m.room.name"), stateOf("m.room.topic")]).to.deep.equal([["Tea"], ["green", "black"]]);
    const { rooms: reports } = job["report"] as { rooms: { ledger: JsonObject[]; source_predecessors: string[] }[] };
    expect(reports.map((report) => [report.source_predecessors, report.ledger.map(({ code }) => code)])).to.deep.equal([
      [rooms.slice(0, 2), ["rooms_joined", "rooms_joined"]],
    ]);
    const one = await made(ann, exportPath(newRoom), "one.zip");
    for (const [a, b] of [[file, one] as const, [one, file] as const]) {
      const diff = await diffCollections(a, b);
      expect([diff.equivalent, diff.rooms.length], JSON.stringify(diff.rooms[0]?.differences)).to.deep.equal([true, 1]);
    }

    let room = String((await imported(file, "linked"))["room_id"]);
    const newest = room;
    for (let before: string | undefined = room, after = ""; before !== undefined; after = room) {
      room = before;
      await ann.join(room);
      if (after !== "")
        expect(await ann.stateContent(room, "m.room.tombstone")).to.include({ replacement_room: after });
      before = stringMember(objectMember(await ann.stateContent(room, "m.room.create"), "predecessor"), "room_id");
    }
    const again = await withPredecessors(ann, newest, "again.zip");
    const diff = await diffCollections(file, again);
    expect([diff.equivalent, diff.rooms.length], JSON.stringify(diff.rooms)).to.deep.equal([true, 3]);
    // an answer from one room to another leads nowhere once they are different rooms again
    const [joined] = (await diffCollections(one, again)).rooms;
    expect(joined?.differences.map(({ kind }) => kind)).to.deep.equal(["relation", "relation"]);
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
