import { expect } from "chai";
import { fillRoom } from "../../support/full-room.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";

describe("the full room of the tests", () => {
  it("is served by the homeserver as it was filled", async () => {
    const room = await fillRoom(await sharedSynapse());
    const timeline = await room.ann.timeline(room.roomId);
    const served = timeline.map((event) => event.event_id);
    expect(served).to.include.members(Object.values(room.events));
    const named = timeline.filter((event) => Object.values(room.events).includes(event.event_id));
    expect(named[0]).to.include({ sender: room.ann.userId, origin_server_ts: Date.UTC(2021, 4, 1, 12, 1) });
    for (const { uri } of room.media) expect((await room.ann.download(uri)).length).to.be.greaterThan(0);
  });
});
