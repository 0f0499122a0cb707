import { expect } from "chai";
import { Roles } from "../../../src/rooms/roles.ts";
import { RoomGuard } from "../../../src/rooms/room-guard.ts";
import { guardedLevels, wantedState } from "../../../src/policy/guarded-room.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { ExistingRoom, PolicyStore } from "../../../src/ports/policy-store.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { keptLog, type LogLine } from "../../support/fakes/logger.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { memoryStores, toldAuditLog } from "../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../support/room-events.ts";
import { turns, until } from "../../support/until.ts";

const SERVICE = "@porter:x";
const policy = readPolicy({ visibility: "restricted", read_role_slugs: ["board", "staff"] });
const room: ExistingRoom = {
  ...{ id: "one", origin: "created", room_id: "!one:x", owner: "@ann:x", policy, created_at: 1 },
  ...{ closing_at: null, closed_at: null },
};

describe("the guard of a restricted room", () => {
  /** What it does about these members. @param seesStaff the service user is in the role room; `noted`: what is on record by then */
  async function look(
    members: Record<string, string>,
    {
      admitted = [] as string[],
      roleLost = "remove" as "remove" | "keep",
      seesStaff = true,
      resolves = true,
      noted = room,
      bridges = [] as string[],
      more = [] as ClientEvent[],
      prepare = (_homeserver: MemoryHomeserver): void => undefined,
      idle = false,
      times = 1,
    },
  ): Promise<
    { kicked: string[]; told: string[]; admitted: string[]; closing: string[] } & {
      outcomes: string[];
      lines: LogLine[];
    }
  > {
    const closing: string[] = [];
    const { logger, lines } = keptLog();
    const rules = [...wantedState(noted.policy, ["!staff:x"])].map(([type, content]) =>
      stateEvent(type, "", content, SERVICE),
    );
    const homeserver = new MemoryHomeserver();
    const { timeline } = homeserver.addRoom("!one:x", [
      stateEvent("m.room.create", "", { room_version: "12" }, SERVICE),
      stateEvent("m.room.power_levels", "", guardedLevels(policy, "@ann:x", undefined), SERVICE),
      ...rules,
      membership(SERVICE, "join"),
      ...Object.entries(members).map(([userId, value]) => membership(userId, value)),
      ...more,
    ]);
    const before = timeline.length;
    homeserver.addRoom("!staff:x", [membership("@cy:x", "join"), ...(seesStaff ? [membership(SERVICE, "join")] : [])]);
    if (resolves) homeserver.aliases.set("#staff:x", "!staff:x");
    const { policies } = memoryStores();
    const log = toldAuditLog();
    const act = { action: "room_close", outcome: "granted", door: "service", actor: "service" } as const;
    await policies.begin(noted);
    if (noted.closing_at !== null) await policies.beginClosing("!one:x", act);
    if (noted.closed_at !== null) await policies.closed("!one:x", act);
    for (const userId of admitted) await policies.admit("!one:x", userId);
    const access = homeserver.access(SERVICE);
    const { signal } = new AbortController();
    const guard = new RoomGuard({
      policies,
      roles: new Roles({
        roles: {
          board: { users: ["@ann:x", "@board-*:x"] },
          staff: { users: [], room: "#staff:x" },
          all: { users: ["@mal:x"] },
        },
        reader: () => access.asService(signal).reader,
        resolveAlias: (alias) => access.resolveAlias(alias, signal),
      }),
      homeserver: access,
      closing: {
        begin: async ({ room_id }, { door, actor }, why) =>
          void closing.push(`begin ${room_id} ${door} ${actor} ${String(why)}`),
        goOn: ({ room_id }) => void closing.push(`go on ${room_id}`),
      },
      idle: { isIdle: async () => idle },
      audit: log,
      bridges,
      roleLost,
      logger,
      signal,
    });
    prepare(homeserver);
    for (let i = 0; i < times; i++) await guard.check(room);
    const kicked = timeline
      .slice(before)
      .filter(({ type, content }) => type === "m.room.member" && content["membership"] === "leave")
      .map(({ state_key }) => String(state_key));
    const outcomes = log.entries.map(({ action, outcome }) => `${action} ${outcome}`);
    const told = log.entries.map(({ target, details }) => `${target ?? ""} ${details?.join() ?? ""}`);
    return { kicked, told, admitted: await policies.admitted("!one:x"), closing, outcomes, lines };
  }

  it("lets holders be, and remembers them", async () => {
    const members = { "@ann:x": "join", "@board-bob:x": "invite", "@cy:x": "join", "@gone:x": "leave" };
    expect(await look(members, {})).to.deep.include({
      kicked: [],
      told: [],
      admitted: ["@ann:x", "@cy:x"],
      closing: [],
    });
  });

  it("removes whoever holds no role, whether they are in, invited or knocking", async () => {
    const members = { "@ann:x": "join", "@mal:x": "join", "@eve:x": "invite", "@kim:x": "knock" };
    const { kicked, told } = await look(members, {});
    expect(kicked).to.deep.equal(["@mal:x", "@eve:x", "@kim:x"]);
    expect(told).to.deep.equal(["@mal:x no_role", "@eve:x no_role", "@kim:x no_role"]);
  });

  it("removes or keeps former holders, as the configuration says, and never newcomers", async () => {
    const members = { "@old:x": "join", "@new:x": "join" };
    const removing = await look(members, { admitted: ["@old:x", "@left:x"] });
    expect(removing.told).to.deep.equal(["@old:x role_lost", "@new:x no_role"]);
    expect(removing.admitted).to.deep.equal([]);
    const keeping = await look(members, { admitted: ["@old:x"], roleLost: "keep" });
    expect(keeping).to.deep.include({ kicked: ["@new:x"], told: ["@new:x no_role"], admitted: ["@old:x"] });
  });

  it("goes by what is on record when it looks, not by what was when it was called", async () => {
    const closing = await look({ "@mal:x": "join" }, { noted: { ...room, closing_at: 2 } });
    expect([closing.kicked, closing.closing], "it is being closed").to.deep.equal([[], ["go on !one:x"]]);
    const closed = await look({ "@mal:x": "join" }, { noted: { ...room, closing_at: 2, closed_at: 3 } });
    expect([closed.kicked, closed.closing], "it is closed").to.deep.equal([[], []]);
    const wider = { ...room, policy: { ...policy, read_role_slugs: ["board", "staff", "all"] } };
    expect((await look({ "@mal:x": "join" }, { noted: wider })).kicked).to.deep.equal([]);
  });

  it("takes a role room that it cannot see for no reason to remove anybody, and lets nobody new in", async () => {
    const found = await look({ "@cy:x": "join", "@new:x": "join" }, { admitted: ["@cy:x"], seesStaff: false });
    expect(found).to.deep.include({ kicked: ["@new:x"], told: ["@new:x no_role"], admitted: ["@cy:x"] });
    const lost = await look({ "@cy:x": "join", "@new:x": "join" }, { admitted: ["@cy:x"], resolves: false });
    expect(lost.kicked, "its alias leads nowhere").to.deep.equal(["@new:x"]);
  });

  it("closes a room that is to close when its owner leaves, and no other", async () => {
    const left = { "@ann:x": "leave", "@cy:x": "join" };
    const closing = { ...room, policy: { ...policy, auto_close_on_leave: true } };
    const found = await look(left, { noted: closing });
    expect(found.closing).to.deep.equal(["begin !one:x service service auto_close", "go on !one:x"]);
    expect((await look({ ...left, "@ann:x": "ban" }, { noted: closing })).closing).to.have.length(2);
    for (const membership of ["join", "invite"])
      expect((await look({ ...left, "@ann:x": membership }, { noted: closing })).closing).to.deep.equal([]);
    expect((await look(left, {})).closing, "it closes only where that was asked for").to.deep.equal([]);
  });

  describe("that is incognito", () => {
    const incognito = { ...room, policy: readPolicy({ scope_kind: "incognito" }) };
    const bridges = ["@irc_*:x"];

    it("removes the users of bridges, and nobody else", async () => {
      const members = { "@ann:x": "join", "@irc_bob:x": "join", "@irc_eve:x": "invite", "@irc_gone:x": "leave" };
      const { kicked, told } = await look(members, { noted: incognito, bridges });
      expect(kicked).to.deep.equal(["@irc_bob:x", "@irc_eve:x"]);
      expect(told).to.deep.equal(["@irc_bob:x bridge", "@irc_eve:x bridge"]);
    });

    it("keeps what is on record of whom a restricted room had let in", async () => {
      const { admitted } = await look({ "@ann:x": "join" }, { noted: incognito, admitted: ["@old:x"] });
      expect(admitted).to.deep.equal(["@old:x"]);
    });

    it("removes whoever puts a bridge into it, and the bridge", async () => {
      const more = [stateEvent("m.bridge", "irc", { protocol: { id: "irc" } }, "@bot:x")];
      const { kicked, told, outcomes } = await look({ "@bot:x": "join" }, { noted: incognito, more });
      expect(kicked).to.deep.equal(["@bot:x"]);
      expect(outcomes).to.deep.equal(["tampering refused", "bridge_removed done"]);
      expect(told).to.deep.equal([" bridge", "@bot:x bridge"]);
    });
  });

  it("lets the users of bridges be where they hold a role", async () => {
    expect((await look({ "@ann:x": "join" }, { bridges: ["@ann:x"] })).kicked).to.deep.equal([]);
  });

  it("closes a room in which nothing happens any more, where that is asked for", async () => {
    const { closing, kicked } = await look({ "@mal:x": "join" }, { idle: true });
    expect([closing, kicked]).to.deep.equal([["begin !one:x service service idle", "go on !one:x"], []]);
  });

  it("leaves a room alone that has no rules", async () => {
    const ordinary = { ...room, policy: readPolicy({}) };
    const more = [stateEvent("m.room.tombstone", "", { replacement_room: "!other:x" }, "@ann:x")];
    const found = await look({ "@mal:x": "join" }, { noted: ordinary, more, idle: true });
    expect([found.kicked, found.told, found.closing]).to.deep.equal([[], [], []]);
  });

  it("looks at a room once at a time, however many ask for it", async () => {
    const looks: string[] = [];
    const ends: (() => void)[] = [];
    const access = new MemoryHomeserver().access(SERVICE);
    const { signal } = new AbortController();
    const guard = new RoomGuard({
      policies: {
        get: async (roomId: string) => {
          looks.push(roomId);
          await new Promise<void>((resolve) => ends.push(resolve));
          return { ...room, room_id: roomId, closed_at: 1 };
        },
      } as unknown as PolicyStore,
      roles: new Roles({
        roles: {},
        reader: () => access.asService(signal).reader,
        resolveAlias: async () => undefined,
      }),
      homeserver: access,
      closing: { begin: async () => undefined, goOn: () => undefined },
      idle: { isIdle: async () => false },
      audit: toldAuditLog(),
      ...{ bridges: [], roleLost: "remove", logger: keptLog().logger, signal },
    });
    const first = guard.check(room);
    const second = guard.check(room);
    const other = guard.check({ ...room, room_id: "!two:x" });
    await turns();
    expect(looks).to.deep.equal(["!one:x", "!two:x"]);
    ends[0]?.();
    await first;
    const third = guard.check(room);
    await turns();
    expect(looks, "the third waits for the second").to.deep.equal(["!one:x", "!two:x", "!one:x"]);
    ends[1]?.();
    ends[2]?.();
    await Promise.all([second, other]);
    await until(() => ends.length === 4);
    ends[3]?.();
    await third;
    expect(looks).to.have.length(4);
  });

  it("says what it did, and to whom", async () => {
    const { outcomes } = await look({ "@mal:x": "join" }, {});
    expect(outcomes).to.deep.equal(["member_removed done"]);
    const incognito = { ...room, policy: readPolicy({ scope_kind: "incognito" }) };
    const bridge = await look({ "@irc_bob:x": "join" }, { noted: incognito, bridges: ["@irc_*:x"] });
    expect(bridge.outcomes).to.deep.equal(["bridge_removed done"]);
  });

  it("says once that it cannot remove somebody as mighty", async () => {
    const prepare = (homeserver: MemoryHomeserver): void => {
      homeserver.as(SERVICE).kick = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    };
    const { outcomes, told } = await look({ "@mal:x": "join" }, { prepare, times: 3 });
    expect([outcomes, told]).to.deep.equal([["member_removed failed"], ["@mal:x no_role"]]);
  });

  it("does not mind that somebody has gone by themselves meanwhile", async () => {
    for (const how of ["leave", "ban"]) {
      const prepare = (homeserver: MemoryHomeserver): void => {
        homeserver.as(SERVICE).kick = async (roomId, userId) => {
          homeserver.rooms.get(roomId)?.add({ ...membership(userId, how), sender: userId });
          throw new HomeserverError(403, "M_FORBIDDEN", "not in the room");
        };
      };
      expect((await look({ "@mal:x": "join" }, { prepare })).outcomes).to.deep.equal([]);
    }
  });

  it("is called again where the homeserver is away", async () => {
    const away = new HomeserverError(502, "M_UNKNOWN", "away");
    for (const call of ["kick", "state"] as const) {
      const prepare = (homeserver: MemoryHomeserver): void => {
        Object.assign(homeserver.as(SERVICE), { [call]: () => Promise.reject(away) });
      };
      const error: unknown = await look({ "@mal:x": "join" }, { prepare }).catch((reason: unknown) => reason);
      expect(error, call).to.equal(away);
    }
  });

  it("says so, and does nothing, where the service user is not in the room", async () => {
    for (const [status, errcode] of [
      [403, "M_FORBIDDEN"],
      [404, "M_NOT_FOUND"],
    ] as const) {
      const prepare = (homeserver: MemoryHomeserver): void => {
        homeserver.as(SERVICE).state = () => Promise.reject(new HomeserverError(status, errcode, "no"));
      };
      const { kicked, lines } = await look({ "@mal:x": "join" }, { prepare });
      expect(kicked).to.deep.equal([]);
      expect(lines.map(({ level, fields }) => [level, fields["room_id"]])).to.deep.equal([["error", "!one:x"]]);
    }
    for (const how of ["leave", "ban"]) {
      const prepare = (homeserver: MemoryHomeserver): void => {
        const user = homeserver.as(SERVICE);
        homeserver.rooms.get("!one:x")?.add(membership(SERVICE, how));
        user.state = async (roomId) => homeserver.rooms.get(roomId)?.state() ?? [];
      };
      const { kicked, lines } = await look({ "@mal:x": "join" }, { prepare });
      expect(kicked).not.to.include("@mal:x");
      expect(lines).to.have.length(1);
    }
  });
});
