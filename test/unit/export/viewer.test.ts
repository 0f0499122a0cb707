import { expect } from "chai";
import { collect } from "./collected.ts";
import { PretendRoom } from "./pretend-room.ts";

describe("exporting with a viewer", () => {
  it("lists it in the manifest, and makes the same one of the same room", async () => {
    const viewers = [];
    for (let run = 0; run < 2; run++) {
      const room = new PretendRoom();
      room.file("mxc://here/one", "not a picture");
      room.say("hello");
      room.say("a.png", {}, { msgtype: "m.image", url: "mxc://here/one" });
      // reading it back refuses a viewer that does not fit
      viewers.push((await collect({ reader: room, media: room, options: { media: true, viewer: true } })).head.viewer);
    }
    expect(viewers[0]?.size).to.be.greaterThan(1000);
    expect(viewers[1]).to.deep.equal(viewers[0]);
  });

  it("makes none that nobody has asked for", async () => {
    const room = new PretendRoom();
    room.say("hello");
    expect((await collect({ reader: room, media: room })).head).to.not.have.property("viewer");
  });
});
