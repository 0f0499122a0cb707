import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import type { BundleStore } from "../../src/ports/bundle-store.ts";

/** A store, and a look behind it. */
export interface OpenedStore {
  store: BundleStore;
  /** what unfinished `put`s have left */
  unfinished: () => Promise<string[]>;
}

const MIB = 1024 ** 2;

/** What every BundleStore does. */
export function bundleStoreContract(open: () => Promise<OpenedStore>): void {
  let folder: string;
  let store: BundleStore;
  let unfinished: OpenedStore["unfinished"];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-files-"));
    ({ store, unfinished } = await open());
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function file(content: string | Buffer): Promise<string> {
    const path = join(folder, "local.zip");
    await writeFile(path, content);
    return path;
  }
  async function ids(): Promise<string[]> {
    return (await Array.fromAsync(store.list())).map(({ id }) => id);
  }
  async function read(id: string, range?: { start: number; end: number }): Promise<Buffer> {
    return await buffer((await store.open(id, range))?.body ?? Readable.from([]));
  }

  it("gives back what was put, whole and in parts", async () => {
    const path = await file("0123456789");
    await store.put("one", path);
    expect(existsSync(path)).to.equal(false);
    expect((await read("one")).toString()).to.equal("0123456789");
    expect((await read("one", { start: 2, end: 4 })).toString()).to.equal("234");
    expect((await read("one", { start: 9, end: 9 })).toString()).to.equal("9");
    const part = await store.open("one", { start: 2, end: 4 });
    part?.body.destroy();
    expect(part?.size).to.equal(10);
    expect(await store.size("one")).to.equal(10);
  });

  it("takes large bundles, and gives any range of them", async () => {
    const content = randomBytes(12 * MIB + 345);
    await store.put("large", await file(content));
    expect(await store.size("large")).to.equal(content.length);
    expect(sha256(await read("large"))).to.equal(sha256(content));
    const range = { start: 5 * MIB - 10, end: 10 * MIB + 9 };
    expect(sha256(await read("large", range))).to.equal(sha256(content.subarray(range.start, range.end + 1)));
    expect(await unfinished()).to.deep.equal([]);
  });

  it("gives a file to be read at random, as long as it is wanted", async () => {
    await store.put("one", await file("0123456789"));
    {
      await using local = await store.localFile("one");
      expect(await readFile(local?.path ?? "", "utf8")).to.equal("0123456789");
    }
    expect(await store.size("one")).to.equal(10);
  });

  it("replaces what it had under an id", async () => {
    await store.put("one", await file("old and long"));
    await store.put("one", await file("new"));
    expect((await read("one")).toString()).to.equal("new");
    expect(await ids()).to.deep.equal(["one"]);
  });

  it("has nothing under other ids, and nothing once it was removed", async () => {
    const started = Date.now();
    await store.put("one", await file("a"));
    await store.put("two", await file("bb"));
    const all = await Array.fromAsync(store.list());
    expect(all.map(({ id, size }) => [id, size])).to.have.deep.members([
      ["one", 1],
      ["two", 2],
    ]);
    // stores count in whole seconds
    for (const { keptAt } of all) expect(keptAt).to.be.within(started - 1000, Date.now() + 1000);
    await store.remove("one");
    await store.remove("one");
    expect(await ids()).to.deep.equal(["two"]);
    expect(await store.open("one")).to.equal(undefined);
    expect(await store.size("one")).to.equal(undefined);
    expect(await store.localFile("one")).to.equal(undefined);
  });

  it("does not let an id lead out of the store", async () => {
    const error: unknown = await store.put("../out", await file("a")).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(await ids()).to.deep.equal([]);
  });

  it("keeps nothing of a file that cannot be read", async () => {
    const error: unknown = await store.put("one", join(folder, "missing")).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "ENOENT");
    expect(await ids()).to.deep.equal([]);
    expect(await unfinished()).to.deep.equal([]);
  });

  it("keeps nothing of what was called off", async () => {
    const reason = new Error("called off");
    const signal = AbortSignal.abort(reason);
    const error: unknown = await store.put("one", await file("a"), signal).catch((thrown: unknown) => thrown);
    expect(error).to.equal(reason);
    expect(await ids()).to.deep.equal([]);
    expect(await unfinished()).to.deep.equal([]);
  });

  it("says that it can keep bundles", async () => {
    await store.check();
  });
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
