import { expect } from "chai";
import { permissionBy, permissionOf } from "../../../src/requests/access.ts";
import { maySendState } from "../../../src/matrix/power-levels.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { stateEvent } from "../../support/room-events.ts";

describe("permissions", () => {
  it("follow the most specific entry", () => {
    const permissions = { "*": "none", "x.org": "user", "@ann:x.org": "admin", "@bad:x.org": "none" } as const;
    expect(permissionOf(permissions, "@ann:x.org")).to.equal("admin");
    expect(permissionOf(permissions, "@bob:x.org")).to.equal("user");
    expect(permissionOf(permissions, "@bad:x.org")).to.equal("none");
    expect(permissionOf(permissions, "@bob:y.x.org")).to.equal("none");
    expect(permissionOf(permissions, "@bob:x.org:8448")).to.equal("none");
    expect(permissionOf({ "x.org": "user" }, "@bob:y.org")).to.equal("none");
    expect(permissionOf({}, "constructor")).to.equal("none");
  });

  it("give guests of the homeserver nothing, unless they are allowed or named", () => {
    const rules = {
      permissions: { "*": "user", "@7:x.org": "admin" },
      allowGuests: false,
      serverName: "x.org",
    } as const;
    const of = permissionBy(rules);
    expect(of("@123:x.org")).to.equal("none");
    expect(of("@7:x.org"), "named").to.equal("admin");
    expect(of("@123:y.org"), "no guest of this homeserver").to.equal("user");
    expect(of("@12a:x.org")).to.equal("user");
    expect(permissionBy({ ...rules, allowGuests: true })("@123:x.org")).to.equal("user");
  });
});

describe("power levels", () => {
  const create = (version: string, more: JsonObject = {}) =>
    stateEvent("m.room.create", "", { room_version: version, ...more }, "@creator:x");
  const levels = (content: JsonObject) => stateEvent("m.room.power_levels", "", content);
  const may = (
    ...[made, set, user]: [ReturnType<typeof create>, ReturnType<typeof levels> | undefined, string]
  ): boolean => maySendState(made, set, user, "m.space.child");

  it("ask for the level of the type, else for that of state events, else for 50", () => {
    const users = { "@ten:x": 10, "@fifty:x": 50, "@text:x": "60" };
    expect(may(create("11"), levels({ users }), "@fifty:x")).to.equal(true);
    expect(may(create("11"), levels({ users }), "@text:x")).to.equal(true);
    expect(may(create("11"), levels({ users }), "@ten:x")).to.equal(false);
    expect(may(create("11"), levels({ users, state_default: 10 }), "@ten:x")).to.equal(true);
    expect(may(create("11"), levels({ users, events: { "m.space.child": 100 } }), "@fifty:x")).to.equal(false);
    expect(may(create("11"), levels({ users, events: { "m.space.child": 5 }, users_default: 5 }), "@any:x")).to.equal(
      true,
    );
  });

  it("give creators every right from version 12 on, and none before", () => {
    const strict = levels({ users: {}, state_default: 100 });
    expect(may(create("12"), strict, "@creator:x")).to.equal(true);
    expect(may(create("12", { additional_creators: ["@two:x"] }), strict, "@two:x")).to.equal(true);
    expect(may(create("12"), strict, "@two:x")).to.equal(false);
    expect(may(create("11"), strict, "@creator:x")).to.equal(false);
    expect(may(create("11", { additional_creators: ["@two:x"] }), strict, "@two:x")).to.equal(false);
  });

  it("leave a room without them to its creator", () => {
    expect(may(create("11"), undefined, "@creator:x")).to.equal(true);
    expect(may(create("11"), undefined, "@two:x")).to.equal(false);
  });
});
