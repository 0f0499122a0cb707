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
