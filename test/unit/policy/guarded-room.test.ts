import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { guardedLevels, mendedLevels, outOfReach, wantedState } from "../../../src/policy/guarded-room.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
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
  });
});
