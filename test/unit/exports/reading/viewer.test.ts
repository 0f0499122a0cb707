import { expect } from "chai";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import type { ExportInput } from "../../../../src/exports/export-room.ts";
import { StorageError } from "../../../../src/ports/storage-error.ts";
import { collect } from "./collected.ts";
import { PretendRoom } from "../../../support/fakes/pretend-room.ts";

describe("exporting with a viewer", () => {
  it("lists it in the manifest, and makes the same one of the same room", async () => {
    const viewers = [];
    for (let run = 0; run < 2; run++) {
      const room = new PretendRoom();
      room.file("mxc://here/one", "not a picture");
      room.say("hello");
      room.say("a.png", {}, { msgtype: "m.image", url: "mxc://here/one" });
      // reading it back refuses a viewer that does not fit
      viewers.push(
        (await collect({ reader: room, media: room, options: { ...WHOLE_ROOM, viewer: true } })).head.viewer,
      );
    }
    expect(viewers[0]?.size).to.be.greaterThan(1000);
    expect(viewers[1]).to.deep.equal(viewers[0]);
  });

  it("stops, and leaves nothing, where there is no space for it or nobody waits for it any more", async () => {
    const room = new PretendRoom();
    room.say("hello");
    const options = { ...WHOLE_ROOM, viewer: true };
    const full = { require: () => Promise.reject(new StorageError("full", "no space")) };
    const stop = new AbortController();
    const gone = {
      async require() {
        stop.abort(new Error("gone"));
      },
    };
    const failure = async (more: Partial<ExportInput>): Promise<unknown> =>
      await collect({ reader: room, media: room, options, ...more }).catch((error: unknown) => error);
    expect(await failure({ space: full })).to.be.instanceOf(StorageError);
    expect(await failure({ space: gone, signal: stop.signal })).to.have.property("message", "gone");
  });

  it("makes none that nobody has asked for", async () => {
    const room = new PretendRoom();
    room.say("hello");
    expect((await collect({ reader: room, media: room })).head).to.not.have.property("viewer");
  });
});
