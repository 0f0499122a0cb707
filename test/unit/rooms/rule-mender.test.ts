import { expect } from "chai";
import { RuleMender } from "../../../src/rooms/rule-mender.ts";
import { guardedLevels, wantedState } from "../../../src/policy/guarded-room.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { ExistingRoom } from "../../../src/ports/policy-store.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../support/fakes/memory-homeserver/room.ts";
import { toldAuditLog, type ToldAuditLog } from "../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../support/room-events.ts";

const SERVICE = "@porter:x";
const MAL = "@mal:x";
const policy = readPolicy({ scope_kind: "incognito" });
const noted: ExistingRoom = {
  ...{ id: "one", origin: "created", room_id: "!one:x", owner: "@ann:x", policy, created_at: 1 },
  ...{ closing_at: null, closed_at: null },
};

describe("the rules of a guarded room", () => {
  let homeserver: MemoryHomeserver;
  let room: MemoryRoom;
  let log: ToldAuditLog;
  let mender: RuleMender;
  beforeEach(() => {
    homeserver = new MemoryHomeserver();
    log = toldAuditLog();
    mender = new RuleMender(
      { rooms: async (slugs: readonly string[]) => slugs.map((slug) => `!${slug}:x`) } as never,
      log,
    );
    made("11");
  });

  /** A room as the service makes it. @param lists the service user stands in its power levels */
  function made(version: string, of = policy): void {
    const service: [string, number] | undefined = version === "12" ? undefined : [SERVICE, 150];
    room = homeserver.addRoom("!one:x", [
      stateEvent("m.room.create", "", { room_version: version }, SERVICE),
      stateEvent("m.room.power_levels", "", guardedLevels(of, "@ann:x", service), SERVICE),
      ...[...wantedState(of, of.visibility === "restricted" ? of.read_role_slugs.map((slug) => `!${slug}:x`) : [])].map(
        ([type, content]) => stateEvent(type, "", content, SERVICE),
      ),
      membership(SERVICE, "join"),
    ]);
  }
  const tampered = (type: string, content: JsonObject, key = "", sender = MAL): void => {
    room.add(stateEvent(type, key, content, sender));
  };
  /** Mends the room. Gives whom it found to be putting bridges into it. */
  const mend = (of = noted): Promise<string[]> => mender.mend(of, room.state(), homeserver.as(SERVICE));
  const told = (): string[] =>
    log.entries.map(({ action, outcome, actor, door, room_id, details }) =>
      [action, outcome, actor, door, room_id, details?.join()].join(" "),
    );
  const now = (type: string, key = ""): JsonObject | undefined => room.stateEvent(type, key)?.content;

  it("stay as they are where they are right", async () => {
    const before = room.timeline.length;
    for (const version of ["11", "12"]) {
      made(version);
      expect(await mend()).to.deep.equal([]);
      expect(room.timeline.length).to.equal(before);
    }
    expect(told()).to.deep.equal([]);
  });

  for (const [type, rule, content] of [
    ["m.room.join_rules", "join_rules", { join_rule: "public" }],
    ["m.room.history_visibility", "history_visibility", { history_visibility: "world_readable" }],
    ["m.room.guest_access", "guest_access", { guest_access: "can_join" }],
    ["io.roomporter.policy", "policy", { scope_kind: "normal" }],
  ] as const)
    it(`are put back where somebody changes ${type}, and that is told`, async () => {
      const right = now(type);
      tampered(type, content);
      await mend();
      expect(now(type)).to.deep.equal(right);
      expect(told()).to.deep.equal([`tampering refused ${MAL} service !one:x ${rule}`]);
      await mend();
      expect(told()).to.have.length(1);
    });

  it("are set where the room had none until now: nobody has broken them", async () => {
    made("12");
    tampered(
      "m.room.power_levels",
      { users: { "@ann:x": 100 }, events: { "m.room.name": 50 }, invite: 0 },
      "",
      "@ann:x",
    );
    tampered("m.room.history_visibility", { history_visibility: "shared" }, "", "@ann:x");
    await mender.mend(noted, room.state(), homeserver.as(SERVICE), true);
    expect(now("m.room.power_levels")?.["events"]).to.include({ "io.roomporter.policy": 150 });
    expect(now("m.room.history_visibility")).to.deep.equal({ history_visibility: "joined" });
    expect(told()).to.deep.equal([]);
  });

  it("are put back where they are missing: nobody changed them", async () => {
    const right = now("m.room.guest_access");
    room.timeline.splice(
      room.timeline.findIndex(({ type }) => type === "m.room.guest_access"),
      1,
    );
    await mend();
    expect(now("m.room.guest_access")).to.deep.equal(right);
    expect(told()).to.deep.equal([]);
  });

  it("follow the configuration without a word where the service's own words are from before", async () => {
    for (const type of ["io.roomporter.policy", "m.room.join_rules", "m.room.history_visibility"])
      tampered(type, { before: true }, "", SERVICE);
    await mend();
    for (const type of ["io.roomporter.policy", "m.room.join_rules", "m.room.history_visibility"])
      expect(now(type)).not.to.have.property("before");
    expect(told()).to.deep.equal([]);
    tampered("m.room.guest_access", { guest_access: "can_join" }, "", SERVICE);
    await mend();
    expect(told(), "but this is never changed by the service").to.have.length(1);
  });

  it("let the holders of roles into a restricted room, and into no other", async () => {
    const restricted = readPolicy({ visibility: "restricted", read_role_slugs: ["board"] });
    made("11", restricted);
    tampered("m.room.join_rules", { join_rule: "public" });
    await mend({ ...noted, policy: restricted });
    expect(now("m.room.join_rules")).to.deep.equal({
      join_rule: "restricted",
      allow: [{ type: "m.room_membership", room_id: "!board:x" }],
    });
    made("11");
    tampered("m.room.join_rules", { join_rule: "public" });
    await mend({ ...noted, policy: { ...policy, read_role_slugs: ["board"] } });
    expect(now("m.room.join_rules")).to.deep.equal({ join_rule: "invite" });
  });

  it("put up with no bridge, tombstone or invitation of a third party, whatever its state key", async () => {
    tampered("m.bridge", { protocol: { id: "irc" } }, "irc");
    tampered("uk.half-shot.bridge", { protocol: { id: "irc" } }, "other", SERVICE);
    tampered("m.room.tombstone", { replacement_room: "!other:x" });
    tampered("m.room.third_party_invite", { display_name: "somebody" }, "token");
    tampered("m.bridge", {}, "gone", "@eve:x");
    expect(await mend(), "the service's own is nobody's fault").to.deep.equal([MAL]);
    expect([now("m.bridge", "irc"), now("uk.half-shot.bridge", "other"), now("m.room.tombstone")]).to.deep.equal([
      {},
      {},
      {},
    ]);
    expect(now("m.room.third_party_invite", "token")).to.deep.equal({});
    expect(told()).to.have.members([
      `tampering refused ${MAL} service !one:x bridge`,
      `tampering refused ${SERVICE} service !one:x bridge`,
      `tampering refused ${MAL} service !one:x tombstone`,
      `tampering refused ${MAL} service !one:x policy`,
    ]);
    expect(await mend()).to.deep.equal([]);
  });

  it("keep people below the service user", async () => {
    const levels = now("m.room.power_levels") ?? {};
    tampered("m.room.power_levels", { ...levels, users: { ...(levels["users"] as JsonObject), [MAL]: 120 } });
    await mend();
    expect(now("m.room.power_levels")).to.have.deep.nested.property("users", {
      [SERVICE]: 150,
      "@ann:x": 100,
      [MAL]: 100,
    });
    expect(told()).to.deep.equal([`tampering refused ${MAL} service !one:x power_levels`]);
  });

  it("say once who cannot be lowered, and mend the rest", async () => {
    const levels = now("m.room.power_levels") ?? {};
    tampered("m.room.power_levels", { ...levels, users: { [SERVICE]: 150, [MAL]: 150, "@bob:x": 120 } });
    await mend();
    expect(now("m.room.power_levels")).to.have.deep.nested.property("users", {
      [SERVICE]: 150,
      [MAL]: 150,
      "@bob:x": 100,
    });
    expect(told()).to.deep.equal([
      `tampering refused ${MAL} service !one:x power_levels`,
      `tampering failed ${MAL} service !one:x power_levels`,
    ]);
    await mend();
    // the levels that stand now are the service's own
    expect(told().filter((line) => line.includes("failed"))).to.have.length(2);
    await mend();
    expect(
      told().filter((line) => line.includes("failed")),
      "each event once",
    ).to.have.length(2);
  });

  it("leave levels alone that the service user may not set", async () => {
    const before = { users: { "@ann:x": 100, [SERVICE]: 100 }, invite: 0 };
    tampered("m.room.power_levels", before);
    await mend();
    expect(now("m.room.power_levels")).to.deep.equal(before);
  });

  it("give levels to a room without any that the service user has made, and to no other", async () => {
    const without = (creator: string): void => {
      made("11");
      room.timeline.splice(
        room.timeline.findIndex(({ type }) => type === "m.room.power_levels"),
        1,
      );
      room.timeline[0] = stateEvent("m.room.create", "", { room_version: "11" }, creator);
    };
    without(SERVICE);
    await mend();
    expect(now("m.room.power_levels")).to.deep.equal(guardedLevels(policy, "@ann:x", [SERVICE, 150]));
    without(MAL);
    homeserver.as(SERVICE).sendState = () => Promise.reject(new Error("not expected"));
    await mend();
    expect(now("m.room.power_levels")).to.equal(undefined);
    expect(told()).to.deep.equal([]);
  });

  it("do nothing to levels of a room whose creation is not shown", async () => {
    room.timeline.shift();
    tampered("m.room.power_levels", { users: { [MAL]: 150 } });
    await mend();
    expect(now("m.room.power_levels")).to.deep.equal({ users: { [MAL]: 150 } });
  });

  it("complete what the service itself has not finished, without a word, and mend what it never does", async () => {
    tampered("m.room.power_levels", { users: { [SERVICE]: 150 } }, "", SERVICE);
    await mend();
    expect(now("m.room.power_levels")).to.deep.equal(guardedLevels(policy, "@ann:x", [SERVICE, 150]));
    expect(told()).to.deep.equal([]);
    tampered("m.room.power_levels", { ...now("m.room.power_levels"), events: {} }, "", SERVICE);
    tampered("m.room.guest_access", { guest_access: "can_join" }, "", SERVICE);
    await mend();
    expect(told()).to.deep.equal([
      `tampering refused ${SERVICE} service !one:x power_levels`,
      `tampering refused ${SERVICE} service !one:x guest_access`,
    ]);
  });

  it("cannot be put back where the homeserver forbids it, and nobody is blamed for what is missing", async () => {
    room.timeline.splice(
      room.timeline.findIndex(({ type }) => type === "m.room.guest_access"),
      1,
    );
    homeserver.as(SERVICE).sendState = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    expect(await mend()).to.deep.equal([]);
    expect(told()).to.deep.equal([]);
  });

  it("take for a bridge only what is state", async () => {
    const { state_key: _none, ...said } = stateEvent("m.bridge", "", { protocol: {} }, MAL);
    expect(await mender.mend(noted, [...room.state(), said], homeserver.as(SERVICE))).to.deep.equal([]);
  });

  it("have a creator in version 12 stand in no list", async () => {
    made("12");
    tampered("m.room.power_levels", { ...now("m.room.power_levels"), users: { "@ann:x": 200 } });
    await mend();
    expect(now("m.room.power_levels")).to.have.deep.nested.property("users", { "@ann:x": 100 });
    expect(told(), "nobody is as mighty as a creator").to.deep.equal([
      `tampering refused ${MAL} service !one:x power_levels`,
    ]);
  });

  it("are given up for good where the homeserver forbids it, told once, and tried again where it is away", async () => {
    const writer = homeserver.as(SERVICE);
    const { sendState } = writer;
    tampered("m.room.join_rules", { join_rule: "public" });
    writer.sendState = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    for (let i = 0; i < 2; i++) await mend();
    expect(told()).to.deep.equal([`tampering failed ${MAL} service !one:x join_rules`]);
    const away = new HomeserverError(502, "M_UNKNOWN", "away");
    writer.sendState = () => Promise.reject(away);
    const error: unknown = await mend().catch((reason: unknown) => reason);
    expect(error).to.equal(away);
    writer.sendState = sendState;
    await mend();
    expect(told().at(-1)).to.equal(`tampering refused ${MAL} service !one:x join_rules`);
  });
});
