import { expect } from "chai";
import { operateWith } from "../../../../src/requests/operation.ts";
import { listMembers, type ListMembers } from "../../../../src/rooms/operations/list-members.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { toldAuditLog } from "../../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../../support/room-events.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http", accessToken: "secret" } as const;

describe("the members of a room", () => {
  function members(hidden = false): ListMembers {
    const server = new MemoryHomeserver("x");
    for (const userId of ["@ann:x", "@eve:x", "@service:x"]) server.as(userId);
    server.addRoom("!r:x", [
      stateEvent("m.room.create", "", {}, "@ann:x"),
      stateEvent("m.room.member", "@ann:x", { membership: "join", displayname: "Zoe" }, "@ann:x"),
      stateEvent("m.room.member", "@gone:x", { membership: "leave" }, "@gone:x"),
      stateEvent("m.room.member", "@banned:x", { membership: "ban" }, "@ann:x"),
      stateEvent("m.room.member", "@guest:x", { membership: "invite" }, "@ann:x"),
      membership("@service:x", "join"),
    ]);
    const operate = operateWith(() => "user", toldAuditLog());
    return listMembers({ operate, homeserver: server.access("@service:x"), access: { hides: async () => hidden } });
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
});
