import { expect } from "chai";
import { FilesAhead } from "../../../../../src/imports/replay/files/files-ahead.ts";
import { replayEvents, said, text } from "../../../../support/replayed-events.ts";

const MIB = 1024 ** 2;

/** Uploads that end when the test says so. */
class ToldUploads {
  readonly sizes: Record<string, number>;
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (error?: Error) => void>();

  constructor(sizes: Record<string, number>) {
    this.sizes = sizes;
  }

  size(uri: string): number | undefined {
    return this.sizes[uri];
  }
  newUri(uri: string): Promise<string> {
    this.begun.push(uri);
    return new Promise((resolve, reject) => {
      this.#ends.set(uri, (error) => (error ? reject(error) : resolve(`new ${uri}`)));
    });
  }
  async end(uri: string, error?: Error): Promise<void> {
    this.#ends.get(uri)?.(error);
    await new Promise(setImmediate);
  }
}

describe("files that are uploaded ahead", () => {
  const small = (count: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 1]));
  const ahead = (uploads: ToldUploads, distance = 100): FilesAhead => {
    const files = new FilesAhead(uploads, distance);
    for (const [index, uri] of Object.keys(uploads.sizes).entries()) files.note(index, [uri]);
    return files;
  };

  it("are begun some at once, in the order of their events, and the next where one has ended", async () => {
    const uploads = new ToldUploads(small(6));
    ahead(uploads).reached(0);
    expect(uploads.begun).to.deep.equal(["f0", "f1", "f2", "f3"]);
    await uploads.end("f2");
    expect(uploads.begun).to.deep.equal(["f0", "f1", "f2", "f3", "f4"]);
  });

  it("are not begun too many events ahead", async () => {
    const uploads = new ToldUploads(small(6));
    const files = ahead(uploads, 1);
    files.reached(0);
    expect(uploads.begun).to.deep.equal(["f0", "f1"]);
    files.reached(1);
    expect(uploads.begun).to.deep.equal(["f0", "f1", "f2"]);
  });

  it("are bounded in bytes, but for a single one of any size", async () => {
    const uploads = new ToldUploads({ huge: 900 * MIB, a: 10 * MIB, b: 6 * MIB, c: 1 });
    ahead(uploads).reached(0);
    expect(uploads.begun).to.deep.equal(["huge"]);
    await uploads.end("huge");
    expect(uploads.begun).to.deep.equal(["huge", "a", "b"]);
    await uploads.end("a");
    expect(uploads.begun).to.deep.equal(["huge", "a", "b", "c"]);
  });

  it("are begun once each, only where the bundle has them, and none of events that are done", async () => {
    const uploads = new ToldUploads({ done: 1, avatar: 1, file: 1 });
    const files = new FilesAhead(uploads, 100);
    files.note(0, ["done"]);
    files.note(3, ["avatar", "unknown"]);
    files.note(4, ["avatar", "file"]);
    files.reached(3);
    files.reached(4);
    expect(uploads.begun).to.deep.equal(["avatar", "file"]);
  });

  it("are begun no more once one has failed, nor once it is stopped, which waits for those under way", async () => {
    const uploads = new ToldUploads(small(9));
    const files = ahead(uploads);
    files.reached(0);
    let stopped = false;
    const stop = files.stop().then(() => (stopped = true));
    for (const uri of ["f0", "f1", "f2"]) await uploads.end(uri);
    expect([stopped, uploads.begun.length]).to.deep.equal([false, 4]);
    await uploads.end("f3", new Error("away"));
    await stop;

    const failing = new ToldUploads(small(9));
    ahead(failing).reached(0);
    await failing.end("f1", new Error("away"));
    await failing.end("f0");
    expect(failing.begun).to.have.length(4);
  });

  it("keep the order of the events, and are there once each", async () => {
    const uris = [0, 1, 2, 3, 4, 5, 6, 0].map((number) => `mxc://acme.test/file${number}`);
    const files = [...new Set(uris)];
    const events = uris.flatMap((url, index) => [
      text(`before ${index}`),
      said("m.room.message", { msgtype: "m.file", body: `${index}.txt`, url }),
    ]);
    const { originals, sent, homeserver, ledger } = await replayEvents(events, { files });
    expect(originals.map(({ eventId }) => eventId)).to.deep.equal(events.map(({ event_id }) => event_id));
    expect(homeserver.files.size).to.equal(files.length);
    expect(ledger).to.deep.equal([]);
    const data = sent.flatMap(({ content }) => homeserver.files.get(String(content["url"]))?.data.toString() ?? []);
    expect(data.join("")).to.equal("01234560");
  });
});
