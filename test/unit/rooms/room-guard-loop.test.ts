import { expect } from "chai";
import { RoomGuardLoop } from "../../../src/rooms/room-guard-loop.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { InboxEvent } from "../../../src/ports/inbox.ts";
import { TestClock } from "../../contracts/stores.ts";
import { keptLog, type LogLine } from "../../support/fakes/logger.ts";
import { memoryStores, type MemoryStores } from "../../support/fakes/memory-stores.ts";
import { VirtualTime } from "../../support/fakes/virtual-time.ts";

const MINUTE = 60_000;
const told = { action: "room_close", outcome: "granted", door: "http", actor: "@ann:x" } as const;

describe("the loop that guards rooms", () => {
  let stores: MemoryStores;
  let clock: TestClock;
  let timer: VirtualTime;
  let stop: AbortController;
  let loop: RoomGuardLoop;
  let lines: LogLine[];
  /** what was done, in order */
  let done: string[];
  let failure: Error | undefined;
  let unresolved: Error | undefined;
  beforeEach(() => {
    clock = new TestClock();
    stores = memoryStores(clock);
    timer = new VirtualTime();
    stop = new AbortController();
    done = [];
    failure = undefined;
    unresolved = undefined;
    const log = keptLog();
    lines = log.lines;
    const act =
      (what: string) =>
      async ({ room_id }: { room_id: string }): Promise<void> => {
        done.push(`${what} ${room_id}`);
        if (failure) throw failure;
      };
    loop = new RoomGuardLoop({
      policies: stores.policies,
      roles: {
        ofRoom: (roomId) => (roomId === "!staff:x" ? ["staff"] : []),
        resolve: async () => {
          if (unresolved) throw unresolved;
        },
      },
      guard: { check: act("check"), ownerLeft: act("owner left") },
      making: { recover: async () => void done.push("recover") },
      logger: log.logger,
      timer,
    });
  });

  afterEach(() => stop.abort());

  async function room(name: string, policy: object): Promise<string> {
    const roomId = `!${name}:x`;
    const noted = {
      id: name,
      origin: "created",
      room_id: roomId,
      owner: "@ann:x",
      policy: readPolicy(policy),
    } as const;
    await stores.policies.begin(noted);
    clock.time++;
    return roomId;
  }
  const event = (room_id: string, more: Partial<InboxEvent> = {}): InboxEvent => ({
    ...{ event_id: "$e", room_id, type: "m.room.topic", sender: "@bob:x", origin_server_ts: 0, state_key: "" },
    ...{ content: {}, ...more },
  });
  const member = (room_id: string, userId: string, membership: string): InboxEvent =>
    event(room_id, { type: "m.room.member", state_key: userId, content: { membership } });

  it("looks through the rooms that it guards at once and every five minutes, until it is told to stop", async () => {
    await room("incognito", { scope_kind: "incognito" });
    await room("restricted", { visibility: "restricted", read_role_slugs: ["staff"] });
    await room("ordinary", {});
    await room("closes", { auto_close_on_leave: true });
    await room("closing", {});
    await stores.policies.beginClosing("!closing:x", told);
    await room("closed", { scope_kind: "incognito" });
    await stores.policies.closed("!closed:x", told);
    const sleep = timer.sleep.bind(timer);
    timer.sleep = async (milliseconds, signal) => {
      done.push(`sleep ${milliseconds / MINUTE}`);
      if (done.filter((each) => each.startsWith("sleep")).length === 2) stop.abort();
      await sleep(milliseconds, signal);
    };
    await loop.keepSwept(stop.signal);
    const sweep = ["check !incognito:x", "check !restricted:x", "check !closes:x", "check !closing:x"];
    expect(done).to.deep.equal([...sweep, "recover", "sleep 5", ...sweep, "recover", "sleep 5"]);
  });

  it("looks through the other rooms where one fails, or the homeserver is away", async () => {
    for (const name of ["one", "two"]) await room(name, { scope_kind: "incognito" });
    timer.sleep = async () => stop.abort();
    failure = new HomeserverError(503, "M_UNKNOWN", "away");
    await loop.keepSwept(stop.signal);
    expect(done).to.deep.equal(["check !one:x", "check !two:x", "recover"]);
    expect(lines.map(({ level, fields }) => [level, fields["room_id"]])).to.deep.equal([
      ["error", "!one:x"],
      ["error", "!two:x"],
    ]);
  });

  it("looks at a room of which it hears, and closes one whose owner goes", async () => {
    const closes = await room("closes", { auto_close_on_leave: true });
    const incognito = await room("incognito", { scope_kind: "incognito" });
    const ordinary = await room("ordinary", {});
    await loop.handle(event(incognito));
    await loop.handle(event(ordinary));
    await loop.handle(event("!unknown:x"));
    await loop.handle(member(closes, "@ann:x", "invite"));
    await loop.handle(member(closes, "@bob:x", "leave"));
    await loop.handle(member(closes, "@ann:x", "leave"));
    await loop.handle(member(closes, "@ann:x", "ban"));
    await loop.handle(member(incognito, "@ann:x", "leave"));
    expect(done).to.deep.equal([
      "check !incognito:x",
      "check !closes:x",
      "check !closes:x",
      "owner left !closes:x",
      "owner left !closes:x",
      "check !incognito:x",
    ]);
  });

  it("looks at the restricted rooms of a role whose holders change", async () => {
    const staff = await room("one", { visibility: "restricted", read_role_slugs: ["board", "staff"] });
    await room("two", { visibility: "restricted", read_role_slugs: ["board"] });
    await room("three", { scope_kind: "incognito", read_role_slugs: ["staff"] });
    const change = member("!staff:x", "@bob:x", "leave");
    expect(await loop.concerns(change)).to.equal(true);
    expect(await loop.concerns(event("!staff:x"))).to.equal(false);
    await loop.handle(change);
    expect(done).to.deep.equal([`check ${staff}`]);
  });

  it("goes on where the rooms could not be looked through", async () => {
    await room("one", { scope_kind: "incognito" });
    unresolved = new Error("the database is away");
    let slept = 0;
    timer.sleep = async () => {
      unresolved = undefined;
      if (++slept === 2) stop.abort();
    };
    await loop.keepSwept(stop.signal);
    expect(done).to.deep.equal(["recover", "check !one:x", "recover"]);
    expect(lines.map(({ level }) => level)).to.deep.equal(["error"]);
  });

  it("says so where a room that is being made cannot be completed, and goes on", async () => {
    const parts = {
      policies: stores.policies,
      timer,
      guard: { check: async () => undefined, ownerLeft: async () => undefined },
    };
    const { logger, lines: said } = keptLog();
    const other = new RoomGuardLoop({
      ...parts,
      roles: { ofRoom: () => [], resolve: async () => undefined },
      making: { recover: () => Promise.reject(new Error("the database is away")) },
      logger,
    });
    await other.recover();
    expect(said.map(({ level }) => level)).to.deep.equal(["error"]);
  });

  it("stops in the middle of its rooms, and says nothing of what that interrupts", async () => {
    for (const name of ["one", "two"]) await room(name, { scope_kind: "incognito" });
    const { open } = stores.policies;
    stores.policies.open = async () => {
      const found = await open.call(stores.policies);
      stop.abort();
      return found;
    };
    await loop.keepSwept(stop.signal);
    expect(done.filter((each) => each.startsWith("check"))).to.deep.equal([]);
    stop = new AbortController();
    stores.policies.open = async () => {
      stop.abort();
      throw new Error("interrupted");
    };
    await loop.keepSwept(stop.signal);
    expect(lines).to.deep.equal([]);
  });

  it("takes only the owner's own membership for their going", async () => {
    const closes = await room("closes", { auto_close_on_leave: true });
    await loop.handle(event(closes, { type: "org.example", state_key: "@ann:x", content: { membership: "leave" } }));
    expect(done).to.deep.equal([`check ${closes}`]);
  });

  it("looks at no other rooms because of a room without roles", async () => {
    const incognito = await room("incognito", { scope_kind: "incognito" });
    stores.policies.open = () => Promise.reject(new Error("not expected"));
    await loop.handle(event(incognito));
    expect(done).to.deep.equal([`check ${incognito}`]);
    expect(await loop.concerns(member("!unknown:x", "@bob:x", "join"))).to.equal(false);
  });

  it("has something to do with rooms that it guards, that close or are being closed", async () => {
    const incognito = await room("incognito", { scope_kind: "incognito" });
    const ordinary = await room("ordinary", {});
    expect(await loop.concerns(event(incognito))).to.equal(true);
    expect(await loop.concerns(event(ordinary))).to.equal(false);
    await stores.policies.beginClosing(ordinary, told);
    expect(await loop.concerns(event(ordinary))).to.equal(true);
    await stores.policies.closed(ordinary, told);
    expect(await loop.concerns(event(ordinary))).to.equal(false);
    expect(await loop.concerns(event("!unknown:x"))).to.equal(false);
  });

  it("is called again where that may help, and not where the homeserver has said no", async () => {
    const incognito = await room("incognito", { scope_kind: "incognito" });
    const outcome = (): Promise<unknown> =>
      loop.handle(event(incognito)).then(
        () => undefined,
        (error: unknown) => error,
      );
    failure = new HomeserverError(403, "M_FORBIDDEN", "no");
    expect(await outcome()).to.equal(undefined);
    failure = new HomeserverError(502, "M_UNKNOWN", "away");
    expect(await outcome()).to.equal(failure);
    failure = new Error("the database is away");
    expect(await outcome()).to.equal(failure);
  });
});
