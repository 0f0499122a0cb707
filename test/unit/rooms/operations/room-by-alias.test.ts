import { expect } from "chai";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import { operateWith } from "../../../../src/requests/operation.ts";
import { roomByAlias } from "../../../../src/rooms/operations/room-by-alias.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { toldAuditLog } from "../../../support/fakes/memory-stores.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http" } as const;

describe("a room named by an alias", () => {
  /** What is said where the homeserver answers with that status. */
  async function said(alias: string, status: number): Promise<string> {
    const homeserver = new MemoryHomeserver("x").access("@service:x");
    homeserver.resolveAlias = () => Promise.reject(new HomeserverError(status, "M_UNKNOWN", "no"));
    const operate = operateWith(() => "user", toldAuditLog());
    return await roomByAlias({ operate, homeserver, serverName: "x" })(alias, ANN).catch(String);
  }

  it("on a server that does not answer is told apart from a homeserver that does not, and from an alias of none", async () => {
    for (const status of [0, 502, 504])
      expect(await said("#tea:far.example", status)).to.contain(
        "far.example, which knows the alias #tea:far.example, does not answer: name the room by its id, or try again later",
      );
    expect(await said("#tea:x", 502)).to.contain("The homeserver does not answer");
    expect(await said("#tea:far.example", 400)).to.contain("No room has the alias #tea:far.example");
  });
});
