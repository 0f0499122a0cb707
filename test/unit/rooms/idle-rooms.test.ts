import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import type { RoomReader } from "../../../src/ports/homeserver/homeserver.ts";
import type { ExistingRoom } from "../../../src/ports/policy-store.ts";
import { IdleRooms } from "../../../src/rooms/idle-rooms.ts";

const SERVICE = "@porter:x";
const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

describe("incognito rooms in which nobody says anything", () => {
  let events: JsonObject[];
  let looks: number;
  const { signal } = new AbortController();
  const reader = {
    userId: SERVICE,
    async messages() {
      looks++;
      return { chunk: events };
    },
  } as Partial<RoomReader> as RoomReader;
  const room: ExistingRoom = {
    id: "r",
    origin: "created",
    room_id: "!r:x",
    owner: "@ann:x",
    policy: { ...readPolicy(undefined), scope_kind: "incognito" },
    created_at: 0,
    closing_at: null,
    closed_at: null,
  };
  beforeEach(() => (looks = 0));

  const idle = (days: number, now = NOW, of = room): Promise<boolean> =>
    new IdleRooms(days, { now: () => now }).isIdle(of, reader, signal);
  const event = (ageDays: number, more: JsonObject = {}): JsonObject => ({
    event_id: `$${ageDays}`,
    type: "m.room.message",
    sender: "@ann:x",
    origin_server_ts: NOW - ageDays * DAY,
    content: {},
    unsigned: { age: ageDays * DAY },
    ...more,
  });
  const state = { type: "m.room.member", state_key: "@bob:x" };

  it("are idle after so many days since the last word", async () => {
    events = [event(3), event(9)];
    expect(await idle(3)).to.equal(true);
    expect(await idle(4)).to.equal(false);
  });

  it("do not stay open by who comes and goes, or by what the service says", async () => {
    events = [event(0, state), event(1, { sender: SERVICE }), event(5)];
    expect(await idle(5)).to.equal(true);
    expect(await idle(6)).to.equal(false);
  });

  it("count from the oldest event that was looked at where nobody has ever said anything", async () => {
    events = [event(0, state), event(8, { type: "m.room.create", state_key: "" })];
    expect(await idle(8)).to.equal(true);
    expect(await idle(9)).to.equal(false);
    events = [];
    expect(await idle(1)).to.equal(false);
  });

  it("stay open where this machine's clock, or the homeserver's, does not agree", async () => {
    events = [event(1)];
    expect(await idle(5, NOW + 400 * DAY), "this one is ahead").to.equal(false);
    events = [event(10)];
    expect(await idle(5, NOW - 400 * DAY), "this one is behind").to.equal(false);
    events = [event(10, { unsigned: { age: DAY } })];
    expect(await idle(5), "what a date claims").to.equal(false);
    events = [event(10, { unsigned: {} })];
    expect(await idle(5), "a homeserver that tells no age").to.equal(true);
  });

  it("are looked for only where the operator wants that, and only among incognito rooms", async () => {
    events = [event(1000)];
    expect(await idle(0)).to.equal(false);
    expect(await idle(1, NOW, { ...room, policy: readPolicy(undefined) })).to.equal(false);
    expect(looks).to.equal(0);
  });

  it("are not looked at again before they can be idle", async () => {
    events = [event(1)];
    const rooms = new IdleRooms(2, { now: () => NOW });
    for (let i = 0; i < 3; i++) expect(await rooms.isIdle(room, reader, signal)).to.equal(false);
    expect(looks).to.equal(1);
  });
});
