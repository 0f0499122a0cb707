import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import {
  FORBIDDEN_TYPES,
  guardedLevels,
  mendedLevels,
  outOfReach,
  wantedState,
} from "../../../src/policy/guarded-room.ts";
import { readPolicy, type RoomPolicy } from "../../../src/policy/room-policy.ts";
import { matchesUser } from "../../../src/policy/user-patterns.ts";

const OWNER = "@ann:x";
const SERVICE = "@porter:x";
const restricted = readPolicy({ visibility: "restricted", read_role_slugs: ["board"] });
const incognito = readPolicy({ scope_kind: "incognito" });

describe("what the homeserver holds of a guarded room", () => {
  const levels = guardedLevels(restricted, OWNER, [SERVICE, 150]);

  it("is left alone where it guards, also when people change what is theirs", () => {
    expect(mendedLevels(levels, restricted, SERVICE, OWNER)).to.equal(undefined);
    const theirs = {
      ...levels,
      users: { ...(levels["users"] as JsonObject), "@bob:x": 100 },
      kick: 100,
      users_default: 50,
    };
    expect(mendedLevels(theirs, restricted, SERVICE, OWNER)).to.equal(undefined);
    expect(mendedLevels(guardedLevels(incognito, OWNER, undefined), incognito, undefined, OWNER)).to.equal(undefined);
    expect(mendedLevels({}, readPolicy({}), SERVICE, OWNER), "an ordinary room").to.equal(undefined);
  });

  it("is put right in each point in which it does not guard", () => {
    const users = levels["users"] as JsonObject;
    const events = levels["events"] as JsonObject;
    const wrong: JsonObject[] = [
      { users: { ...users, [OWNER]: 149 } },
      { users_default: 150 },
      { events: { ...events, "io.roomporter.policy": 100 } },
      { events: { ...events, "m.room.join_rules": 100 } },
      { invite: 50 },
    ];
    for (const change of wrong)
      expect(
        mendedLevels({ ...levels, ...change }, restricted, SERVICE, OWNER),
        JSON.stringify(change),
      ).to.deep.include({
        users,
        events,
        invite: 150,
      });
    expect(mendedLevels({ ...levels, events: {} }, restricted, SERVICE, OWNER)?.["events"]).to.include({
      "m.bridge": 150,
    });
  });

  it("is made whole where the room was not made to the end", () => {
    expect(mendedLevels({}, restricted, SERVICE, OWNER)).to.deep.equal(levels);
    expect(mendedLevels({ users: { "@bob:x": 50 } }, incognito, undefined, OWNER)).to.deep.include({
      users: { [OWNER]: 100, "@bob:x": 50 },
      invite: 50,
    });
    expect(mendedLevels({}, incognito, undefined, undefined)?.["users"], "an owner who is a creator").to.deep.equal({});
  });

  it("leaves those alone who have as much power as the service user, and names them", () => {
    const beaten = { ...levels, users: { [SERVICE]: 150, "@eve:x": 150, "@bob:x": 120 } };
    expect(mendedLevels(beaten, restricted, SERVICE, OWNER)?.["users"]).to.deep.equal({
      [SERVICE]: 150,
      "@eve:x": 150,
      "@bob:x": 100,
    });
    expect(outOfReach(beaten, SERVICE)).to.deep.equal(["@eve:x"]);
    expect(outOfReach(beaten, undefined), "a creator of version 12 reaches everybody").to.deep.equal([]);
  });

  it("lets the members of role rooms join, and nobody else but by invitation", () => {
    const allow = [{ type: "m.room_membership", room_id: "!staff:x" }];
    expect(wantedState(restricted, ["!staff:x"]).get("m.room.join_rules")).to.deep.equal({
      join_rule: "restricted",
      allow,
    });
    expect(wantedState(restricted, []).get("m.room.join_rules")).to.deep.equal({ join_rule: "invite" });
    expect(wantedState(incognito, []).get("m.room.history_visibility")).to.deep.equal({ history_visibility: "joined" });
  });
});

describe("a pattern of users", () => {
  it("matches whole ids; a star stands for any characters, but never for another server", () => {
    expect(matchesUser(["@ann:x.org"], "@ann:x.org")).to.equal(true);
    expect(matchesUser(["@ann:x.org"], "@ann:xyorg")).to.equal(false);
    expect(matchesUser(["@board-*:x.org"], "@board-bob:x.org")).to.equal(true);
    expect(matchesUser(["@board-*:x.org"], "@board-bob:evil:x.org")).to.equal(false);
    expect(matchesUser(["@board-*:x.org"], "@my-board-bob:x.org")).to.equal(false);
    expect(matchesUser(["@*:*"], "@bob:y.org:8448")).to.equal(true);
    expect(matchesUser(["@a.b+c*:x"], "@a.b+c(d):x")).to.equal(true);
    expect(matchesUser([], "@ann:x")).to.equal(false);
    expect(matchesUser(["@irc_*:*"], "@irc_ann:x\ny"), "a state key may be any text").to.equal(true);
  });
});

describe("the state that a guarded room has", () => {
  const wanted = (policy: RoomPolicy, rooms: string[] = []) => Object.fromEntries(wantedState(policy, rooms));

  it("keeps guests out, shows history by the kind of room, and says its policy", () => {
    expect(wanted(incognito)).to.deep.equal({
      "m.room.join_rules": { join_rule: "invite" },
      "m.room.history_visibility": { history_visibility: "joined" },
      "m.room.guest_access": { guest_access: "forbidden" },
      "io.roomporter.policy": { ...incognito },
    });
    expect(wanted(restricted)["m.room.history_visibility"]).to.deep.equal({ history_visibility: "shared" });
  });

  it("lets in whom the policy lets in", () => {
    const rules = (policy: RoomPolicy, ...rooms: string[]) => wanted(policy, rooms)["m.room.join_rules"];
    expect(rules(readPolicy({ visibility: "public" }), "!board:x")).to.deep.equal({ join_rule: "public" });
    expect(rules(readPolicy({}), "!board:x")).to.deep.equal({ join_rule: "invite" });
    expect(rules(restricted)).to.deep.equal({ join_rule: "invite" });
    expect(rules(restricted, "!board:x", "!staff:x")).to.deep.equal({
      join_rule: "restricted",
      allow: ["!board:x", "!staff:x"].map((room_id) => ({ type: "m.room_membership", room_id })),
    });
  });

  it("lets nobody but the service set what guards it", () => {
    const guarded = [
      ...["io.roomporter.policy", "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access"],
      ...["m.room.encryption", "m.room.server_acl", "m.room.tombstone", "m.room.canonical_alias"],
      ...["m.bridge", "uk.half-shot.bridge"],
    ];
    const { events } = guardedLevels(incognito, OWNER, undefined);
    const ofService = Object.entries(events as JsonObject).filter(([, level]) => level === 150);
    expect(ofService.map(([type]) => type)).to.have.members(guarded);
    expect(FORBIDDEN_TYPES).to.have.members([
      ...["m.bridge", "uk.half-shot.bridge", "m.room.tombstone", "m.room.third_party_invite"],
    ]);
  });

  it("lists the owner and the service user where they are no creators", () => {
    expect(guardedLevels(incognito, OWNER, [SERVICE, 150])["users"]).to.deep.equal({ [OWNER]: 100, [SERVICE]: 150 });
    expect(guardedLevels(incognito, OWNER, undefined)["users"]).to.deep.equal({ [OWNER]: 100 });
    expect(guardedLevels(incognito, undefined, [SERVICE, 150])["users"]).to.deep.equal({ [SERVICE]: 150 });
  });

  it("takes a level that is no number for none, and lowers whoever a creator can lower", () => {
    const levels = guardedLevels(incognito, OWNER, [SERVICE, 150]);
    const users = (more: JsonObject): JsonObject => ({ ...(levels["users"] as JsonObject), ...more });
    const mended = (change: JsonObject) => mendedLevels({ ...levels, ...change }, incognito, SERVICE, OWNER);
    expect(mended({ users: users({ "@mal:x": "150" }) })?.["users"]).to.deep.equal(users({ "@mal:x": 0 }));
    expect(outOfReach({ users: { "@mal:x": "150" } }, SERVICE)).to.deep.equal([]);
    expect(mended({ users: users({ "@mal:x": 150 }) }), "only somebody mightier could").to.equal(undefined);
    expect(mendedLevels({ ...levels, users: { "@mal:x": 150 } }, incognito, undefined, OWNER)?.["users"]).to.deep.equal(
      { "@mal:x": 100 },
    );
    expect(mended({ users: { [SERVICE]: 120, [OWNER]: 100 } }), "the service's own level is its own").to.equal(
      undefined,
    );
    const { users_default: _gone, ...without } = levels;
    expect(mendedLevels(without, incognito, SERVICE, OWNER), "no default is none").to.equal(undefined);
  });
});
