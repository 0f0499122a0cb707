import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import type { BundleStore } from "../../../src/ports/bundle-store.ts";

/** What every BundleStore does. */
export function bundleStoreContract(open: () => Promise<BundleStore>): void {
  let folder: string;
  let store: BundleStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-files-"));
    store = await open();
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function file(text: string): Promise<string> {
    const path = join(folder, "local.zip");
    await writeFile(path, text);
    return path;
  }

  it("gives back what was put, whole and in parts", async () => {
    await store.put("one", await file("0123456789"));
    const whole = await store.open("one");
    expect(whole?.size).to.equal(10);
    expect((await buffer(whole?.body ?? Readable.from([]))).toString()).to.equal("0123456789");
    const part = await store.open("one", { start: 2, end: 4 });
    expect(part?.size).to.equal(10);
    expect((await buffer(part?.body ?? Readable.from([]))).toString()).to.equal("234");
    expect(await store.size("one")).to.equal(10);
    expect(await store.localFile("one")).to.be.a("string");
  });

  it("has nothing under other ids, and nothing once it was removed", async () => {
    await store.put("one", await file("a"));
    await store.put("two", await file("b"));
    expect(await store.list()).to.have.members(["one", "two"]);
    await store.remove("one");
    await store.remove("one");
    expect(await store.list()).to.deep.equal(["two"]);
    expect(await store.open("one")).to.equal(undefined);
    expect(await store.size("one")).to.equal(undefined);
    expect(await store.localFile("one")).to.equal(undefined);
  });

  it("does not let an id lead out of the store", async () => {
    const error: unknown = await store.put("../out", await file("a")).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(await store.list()).to.deep.equal([]);
  });
}
