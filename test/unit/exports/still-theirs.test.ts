import { expect } from "chai";
import { isStillTheirs } from "../../../src/exports/still-theirs.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import type { MadeRoom } from "../../../src/ports/policy-store.ts";

describe("what an export has kept of a room", () => {
  const requester = { userId: "@ann:x", admin: false, adminToken: false, door: "http" } as const;
  const ask = (room_id: string | null, policy: object, hidden: boolean): Promise<boolean> => {
    const room: MadeRoom = {
      ...{ id: "one", origin: "created", room_id, owner: "@ann:x", policy: readPolicy(policy) },
      ...{ created_at: 1, closing_at: null, closed_at: null },
    };
    return isStillTheirs({ room_id }, requester, {
      policies: { get: async () => room },
      access: { hides: async () => hidden },
      serverName: "x",
    });
  };

  it("is theirs as long as they may know of the room", async () => {
    expect(await ask("!one:x", {}, false)).to.equal(true);
    expect(await ask("!one:x", {}, true), "they have lost the role").to.equal(false);
    expect(await ask(null, {}, true), "an export of all rooms").to.equal(true);
  });

  it("is refused by its code where the room has become incognito", async () => {
    const refused: unknown = await ask("!one:x", { scope_kind: "incognito" }, false).catch((error: unknown) => error);
    expect(refused).to.have.nested.property("reasons[0].code", "scope_incognito");
  });
});
