import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { HomeserverError, type MediaSource, type MediaTarget } from "../../src/ports/homeserver/homeserver.ts";

const { signal } = new AbortController();

/** What every MediaTarget does; what it takes, its MediaSource gives back. */
export function mediaTargetContract(subjectOf: () => Promise<{ media: MediaSource; uploads: MediaTarget }>): void {
  let media: MediaSource;
  let uploads: MediaTarget;
  before(async () => {
    ({ media, uploads } = await subjectOf());
  });

  it("takes files and gives them back, the empty one too", async () => {
    const data = Buffer.alloc(3_000_000, "roomporter");
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([data.subarray(0, 7), data.subarray(7)]));
    const uri = await uploads.upload(open, data.length, "image/png", "sea ü.png");
    const { body, mimetype } = await media.download(uri, signal);
    expect(mimetype).to.equal("image/png");
    expect((await buffer(body)).equals(data)).to.equal(true);
    const empty = await uploads.upload(() => Promise.resolve(Readable.from([])), 0, "text/plain");
    expect((await buffer((await media.download(empty, signal)).body)).length).to.equal(0);
  });

  it("says how large a file may be, and opens none that is larger", async () => {
    const limit = await uploads.uploadLimit();
    expect(limit).to.equal(50 * 1024 * 1024);
    const open = (): Promise<Readable> => Promise.reject(new Error("opened"));
    const failure: unknown = await uploads
      .upload(open, 50 * 1024 * 1024 + 1, "image/png")
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(HomeserverError).with.property("errcode", "M_TOO_LARGE");
  });
}
