import { expect } from "chai";
import { readPolicy } from "../../../../src/policy/room-policy.ts";
import type { ExistingRoom } from "../../../../src/ports/policy-store.ts";
import { operateWith } from "../../../../src/requests/operation.ts";
import { listMembers, type ListMembers } from "../../../../src/rooms/operations/list-members.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { toldAuditLog } from "../../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../../support/room-events.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http", accessToken: "secret" } as const;

describe("the members of a room", () => {
  function members(hidden = false, made?: ExistingRoom): ListMembers {
    const server = new MemoryHomeserver("x");
    for (const userId of ["@ann:x", "@eve:x", "@service:x"]) server.as(userId);
    server.addRoom("!r:x", [
      stateEvent("m.room.create", "", {}, "@ann:x"),
      stateEvent("m.room.member", "@ann:x", { membership: "join", displayname: "Zoe" }, "@ann:x"),
      stateEvent("m.room.member", "@gone:x", { membership: "leave" }, "@gone:x"),
      stateEvent("m.room.member", "@banned:x", { membership: "ban" }, "@ann:x"),
      stateEvent("m.room.member", "@guest:x", { membership: "invite" }, "@ann:x"),
      stateEvent("m.room.power_levels", "", { users: { "@ann:x": 50 } }, "@ann:x"),
      membership("@service:x", "join"),
    ]);
    const operate = operateWith(() => "user", toldAuditLog());
    const homeserver = server.access("@service:x");
    return listMembers({
      operate,
      homeserver,
      access: { hides: async () => hidden },
      policies: { get: async () => made },
    });
  }

  it("are all who are or were there, by name, without those who were only invited", async () => {
    const found = await members()("!r:x", ANN);
    expect(found.map(({ user_id, membership }) => [user_id, membership])).to.deep.equal([
      ["@banned:x", "ban"],
      ["@gone:x", "leave"],
      ["@service:x", "join"],
      ["@ann:x", "join"],
    ]);
    expect(found.at(-1)?.display_name).to.equal("Zoe");
  });

  it("are for those alone who are in it and may know of it, in the same words", async () => {
    const refused = async (act: Promise<unknown>): Promise<unknown> => await act.catch((error: unknown) => error);
    const stranger = await refused(members()("!r:x", { ...ANN, userId: "@eve:x" }));
    const roleless = await refused(members(true)("!r:x", ANN));
    for (const error of [stranger, roleless])
      expect(error).to.include({ kind: "forbidden", message: "You are not in this room" });
    expect(await refused(members()("tea", ANN))).to.have.property("kind", "invalid");
  });

  it("are also those who are invited, where they are asked for; each with their power", async () => {
    const found = await members()("!r:x", ANN, ["invite", "join"]);
    expect(found.map(({ user_id, membership, power_level }) => [user_id, membership, power_level])).to.deep.equal([
      ["@guest:x", "invite", 0],
      ["@service:x", "join", 0],
      ["@ann:x", "join", 50],
    ]);
  });

  it("of a room that the service made are shown to its owner, who need not be in it, and not while it is closed", async () => {
    const made: ExistingRoom = {
      ...{ id: "1", origin: "created", room_id: "!r:x", owner: "@eve:x", policy: readPolicy(undefined) },
      ...{ created_at: 1, closing_at: null, closed_at: null },
    };
    const eve = { ...ANN, userId: "@eve:x" };
    expect(await members(false, made)("!r:x", eve)).to.have.length(4);
    for (const [who, room] of [
      [{ ...ANN, userId: "@other:x" }, made],
      [eve, { ...made, closing_at: 2 }],
    ] as const) {
      const error = await members(false, room)("!r:x", who).then(() => undefined, String);
      expect(error).to.contain("You are not in this room");
    }
  });
});
