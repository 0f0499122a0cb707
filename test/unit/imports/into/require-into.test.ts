import { expect } from "chai";
import { requireInto } from "../../../../src/imports/into/require-into.ts";
import { importParams } from "../../../../src/imports/import-params.ts";
import { importedRoomPolicy } from "../../../../src/imports/replay/make-room.ts";
import type { ManifestHead } from "../../../../src/bundle/manifest/manifest.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../../support/fakes/memory-homeserver/room.ts";
import { memoryStores, type MemoryStores } from "../../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../../support/room-events.ts";

const SERVICE = "@service:x";
const ROOM = "!new:x";
const SOURCE = { server_name: "acme.org", room_id: "!source:acme.org" };
const SINCE = { kind: "since_bundle", event_id: "$last", events: 3, ids_sum: "0".repeat(64), changed: 0 };
const mark = (more: object = {}) => ({ source: SOURCE, coverage: { complete: true, limits: [] }, ...more });

describe("the room that a bundle is to be imported into", () => {
  let stores: MemoryStores;
  let homeserver: MemoryHomeserver;
  let room: MemoryRoom;
  beforeEach(async () => {
    stores = memoryStores();
    homeserver = new MemoryHomeserver();
    room = homeserver.addRoom(ROOM, [
      stateEvent("m.room.create", "", { room_version: "11" }, SERVICE),
      stateEvent("m.room.power_levels", "", { users: { [SERVICE]: 100, "@ann:x": 100 } }, SERVICE),
      membership(SERVICE, "join"),
      stateEvent("io.roomporter.imported", "", mark(), SERVICE),
    ]);
    const policy = importedRoomPolicy(null);
    await stores.policies.begin({ id: "first", origin: "imported", room_id: ROOM, owner: "@ann:x", policy });
    await imported("first", "a".repeat(64));
  });

  async function imported(id: string, manifestSha256: string): Promise<void> {
    const about = { importingUser: "@ann:x", bundleSha256: "", signedBy: undefined, workspace: undefined };
    const params = importParams({ ...about, manifestSha256 });
    await stores.jobs.create({ id, kind: "import", owner: "@ann:x", params, room_id: ROOM });
    const lease = await stores.jobs.claim("w", 60_000);
    if (!lease) throw new Error("nothing to claim");
    await stores.jobs.finish(lease, "succeeded", { progress: lease.progress });
  }

  const asked = (of: { user?: string; room?: string; source?: object; limits?: object[] } = {}): Promise<unknown> => {
    const { user = "@ann:x", room: roomId = ROOM, source = SOURCE, limits = [] } = of;
    const bundle = { source, coverage: { complete: true, limits } } as Pick<ManifestHead, "source" | "coverage">;
    const parts = { store: stores.jobs, policies: stores.policies, homeserver: homeserver.access(SERVICE) };
    return requireInto(parts, roomId, user, bundle).catch((error: unknown) => error);
  };

  it("is one that an import has made for them; its newest event is noted, and whether the base is known", async () => {
    const newest = room.timeline.at(-1)?.event_id;
    expect(await asked()).to.deep.equal({ roomId: ROOM, upTo: newest, baseKnown: true });
    for (const [hash, baseKnown] of [
      ["a", true],
      ["b", false],
    ] as const)
      expect(await asked({ limits: [{ ...SINCE, manifest_sha256: hash.repeat(64) }] })).to.include({ baseKnown });
    await imported("second", "b".repeat(64));
    expect(await asked({ limits: [{ ...SINCE, manifest_sha256: "b".repeat(64) }] })).to.include({ baseKnown: true });
  });

  it("is not encrypted", async () => {
    room.add(stateEvent("m.room.encryption", "", { algorithm: "m.megolm.v1.aes-sha2" }, "@ann:x"));
    const error = await asked();
    expect(error).to.include({ kind: "conflict", errcode: "M_BAD_STATE" });
    expect(error).to.have.property("message").that.contains(`the room ${ROOM} is encrypted`);
  });

  it("is nobody else's, and none that there is not: both are answered alike", async () => {
    for (const who of [{ user: "@bob:x" }, { room: "!none:x" }]) {
      const error = await asked(who);
      expect(error).to.include({ kind: "not_found", errcode: "M_NOT_FOUND" });
      expect(error).to.have.property("message").that.contains("no import has made the room");
    }
  });

  it("is not closed", async () => {
    const told = { action: "room_close", outcome: "granted", door: "http", actor: "@ann:x" } as const;
    await stores.policies.beginClosing(ROOM, told);
    expect(await asked()).to.include({ kind: "gone", errcode: "IO.ROOMPORTER.ROOM_CLOSED" });
  });

  it("holds the same conversation, and the same part of it", async () => {
    const other = await asked({ source: { ...SOURCE, room_id: "!other:acme.org" } });
    expect(other).to.have.property("message").that.contains("!other:acme.org").and.contains("!source:acme.org");
    const part = await asked({ limits: [{ kind: "senders", senders: ["@bob:acme.org"] }] });
    expect(part).to.have.property("message").that.contains("another part");
    for (const error of [other, part]) expect(error).to.include({ kind: "invalid" });
    // what its requester could see is no other part
    expect(await asked({ limits: [{ kind: "visibility", user_id: "@alice:acme.org" }] })).to.have.property("upTo");
  });

  it("has what the import has written, by the service user, who is in it and may redact", async () => {
    const wrong: [string, () => unknown][] = [
      ["is not in", () => room.add(membership(SERVICE, "leave"))],
      [
        "is not as the import has written it",
        () => room.add(stateEvent("io.roomporter.imported", "", mark(), "@ann:x")),
      ],
      ["is not as the import has written it", () => room.add(stateEvent("io.roomporter.imported", "", {}, SERVICE))],
      ["power level", () => room.add(stateEvent("m.room.power_levels", "", { users: { "@ann:x": 100 } }, SERVICE))],
    ];
    const before = [...room.timeline];
    for (const [words, change] of wrong) {
      room.timeline.splice(0, Infinity, ...before);
      change();
      const error = await asked();
      expect(error, words).to.include({ kind: "conflict" });
      expect(error).to.have.property("message").that.contains(words);
    }
  });

  it("is not being imported into, and all of its imports are complete", async () => {
    const job = { kind: "import", owner: "@ann:x", params: {}, room_id: ROOM } as const;
    const { id } = await stores.jobs.create(job);
    const busy = {
      kind: "conflict",
      message: `into: import ${id} into this room is not complete: wait for it, resume or cancel it`,
    };
    expect(await asked()).to.include(busy);
    const lease = await stores.jobs.claim("w", 60_000);
    expect(await asked()).to.include(busy);
    await stores.jobs.finish(lease ?? { id, fence: 1 }, "failed", { progress: { done: 0, total: 1, unit: "events" } });
    expect(await asked(), "it can be resumed").to.include(busy);
    await stores.jobs.requestCancel(id, false);
    expect(await asked()).to.have.property("upTo");
  });
});
