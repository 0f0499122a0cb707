import { expect } from "chai";
import { measurePace } from "../../../../src/imports/space/measure-pace.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import { isProbeRoom } from "../../../../src/policy/room-facts.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";

const SERVICE = "@service:x";

describe("the pace of a homeserver", () => {
  for (const atOnce of [undefined, 100])
    it(`is measured in a room that is left, ${atOnce === undefined ? "message by message" : "in a batch"}`, async () => {
      const homeserver = new MemoryHomeserver();
      homeserver.atOnce = atOnce;
      const service = homeserver.as(SERVICE);
      let now = 0;
      // each look at the clock is a second later
      const pace = await measurePace(service, homeserver, () => (now += 1000));
      expect(pace).to.deep.equal({ room: 2000, event: 1000 / (atOnce ?? 20), file: 1000 });
      const [room] = homeserver.rooms.values();
      expect(isProbeRoom(room?.state() ?? [], SERVICE)).to.equal(true);
      expect(room?.membership(SERVICE)).to.equal("leave");
      expect(room?.timeline.filter(({ type }) => type === "m.room.message")).to.have.length(atOnce ?? 20);
    });

  it("leaves the room also where something fails", async () => {
    const homeserver = new MemoryHomeserver();
    const service = homeserver.as(SERVICE);
    service.latest = async () => {
      throw new HomeserverError(500, "M_UNKNOWN", "broken");
    };
    const failed: unknown = await measurePace(service, homeserver).catch((error: unknown) => error);
    expect(failed).to.have.property("status", 500);
    const [room] = homeserver.rooms.values();
    expect(room?.membership(SERVICE)).to.equal("leave");
  });
});
