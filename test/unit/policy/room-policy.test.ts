import { expect } from "chai";
import { effectivePolicy, isGuarded, readPolicy, stricter, type RoomPolicy } from "../../../src/policy/room-policy.ts";
import { refusalsOfRoom } from "../../../src/policy/refusals.ts";
import { stateEvent } from "../../support/room-events.ts";

const ORDINARY = {
  room_type: "group",
  scope_kind: "normal",
  visibility: "private",
  read_role_slugs: [],
  do_not_index: false,
  auto_close_on_leave: false,
  parent: null,
};
const incognito = readPolicy({ scope_kind: "incognito" });
const forRoles = (...read_role_slugs: string[]) => readPolicy({ visibility: "restricted", read_role_slugs });

describe("the policy of a room", () => {
  it("is that of an ordinary room where the state says nothing, or nonsense", () => {
    for (const content of [
      undefined,
      null,
      [],
      {},
      { scope_kind: 5, visibility: "odd", read_role_slugs: "x", parent: 1 },
    ])
      expect(readPolicy(content)).to.deep.equal(ORDINARY);
    expect(readPolicy({ read_role_slugs: ["a", 1, null] }).read_role_slugs).to.deep.equal(["a"]);
  });

  it("is the stricter of what state and database say, in each point, whichever says it", () => {
    const open = readPolicy({ visibility: "public" });
    const closed: RoomPolicy = {
      ...forRoles("board"),
      scope_kind: "incognito",
      do_not_index: true,
      auto_close_on_leave: true,
      parent: "!space:x",
    };
    expect(stricter(open, closed)).to.deep.equal(closed);
    expect(stricter(closed, open)).to.deep.equal(closed);
    expect(stricter(forRoles("a", "b"), forRoles("b", "c")).read_role_slugs).to.deep.equal(["b"]);
    expect(stricter(readPolicy({ room_type: "bridge" }), open).room_type).to.equal("bridge");
  });

  it("never lets an incognito room be indexed", () => {
    const state = [stateEvent("io.roomporter.policy", "", { scope_kind: "incognito" })];
    expect(effectivePolicy([], incognito).do_not_index).to.equal(true);
    expect(effectivePolicy(state, undefined).do_not_index).to.equal(true);
    expect(effectivePolicy(state, readPolicy({}))).to.include({ scope_kind: "incognito", do_not_index: true });
    expect(effectivePolicy([], undefined)).to.deep.equal(ORDINARY);
  });

  it("is guarded where the room is incognito or restricted", () => {
    expect(
      [incognito, forRoles("a"), readPolicy({}), readPolicy({ visibility: "public" })].map(isGuarded),
    ).to.deep.equal([true, true, false, false]);
  });

  it("refuses an export by what the database says, whatever the state says", () => {
    expect(refusalsOfRoom([], "x", incognito).map(({ code }) => code)).to.deep.equal(["scope_incognito"]);
    expect(refusalsOfRoom([], "x", forRoles("a"))).to.deep.equal([]);
  });
});

describe("each rule of a policy", () => {
  it("is read by its name", () => {
    const content = {
      ...{ room_type: "sidekick", scope_kind: "incognito", visibility: "restricted", read_role_slugs: ["board"] },
      ...{ do_not_index: true, auto_close_on_leave: true, parent: "!space:x" },
    };
    expect(readPolicy(content)).to.deep.equal(content);
    expect(readPolicy({ do_not_index: false, auto_close_on_leave: "yes" })).to.deep.equal(ORDINARY);
  });

  it("holds where one of both says it, and not where neither does", () => {
    const ordinary = readPolicy({});
    expect(stricter(ordinary, ordinary)).to.deep.equal(ORDINARY);
    for (const rule of ["do_not_index", "auto_close_on_leave"] as const) {
      const strict = readPolicy({ [rule]: true });
      expect(stricter(strict, ordinary)).to.deep.equal({ ...ORDINARY, [rule]: true });
      expect(stricter(ordinary, strict)).to.deep.equal({ ...ORDINARY, [rule]: true });
    }
    for (const room_type of ["sidekick", "bridge", "federated"] as const) {
      expect(stricter(readPolicy({ room_type }), ordinary).room_type).to.equal(room_type);
      expect(stricter(ordinary, readPolicy({ room_type })).room_type).to.equal(room_type);
    }
    expect(stricter(readPolicy({ room_type: "sidekick" }), readPolicy({ room_type: "bridge" })).room_type).to.equal(
      "sidekick",
    );
    expect(stricter(readPolicy({ parent: "!a:x" }), readPolicy({ parent: "!b:x" })).parent).to.equal("!a:x");
  });

  it("is looked for in its own event alone", () => {
    const others = [
      stateEvent("m.room.topic", "", { scope_kind: "incognito" }),
      stateEvent("io.roomporter.policy", "other", { scope_kind: "incognito" }),
    ];
    expect(effectivePolicy(others, undefined)).to.deep.equal(ORDINARY);
    const said = stateEvent("io.roomporter.policy", "", { visibility: "restricted" });
    expect(effectivePolicy([...others, said], readPolicy({ visibility: "public" })).visibility).to.equal("restricted");
    expect(effectivePolicy([...others, said], readPolicy({ do_not_index: true }))).to.include({
      ...{ visibility: "restricted", do_not_index: true },
    });
  });
});
