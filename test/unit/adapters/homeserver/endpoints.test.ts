import { expect } from "chai";
import { endpointOf } from "../../../../src/adapters/homeserver/endpoints.ts";

describe("the endpoints that the service calls", () => {
  for (const [what, address] of [
    ["the room directory, whatever its order", "/_matrix/client/v3/publicRooms"],
    ["delayed events", "/_matrix/client/unstable/org.matrix.msc4140/delayed_events"],
    ["keys of encrypted rooms", "/_matrix/client/v3/room_keys/keys"],
  ] as const)
    it(`are none of ${what}`, () => {
      expect(endpointOf(address)).to.equal("other");
    });
});
