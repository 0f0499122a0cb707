import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diskBundleStore } from "../../../src/adapters/storage/disk-bundle-store.ts";
import { emptyWorkFolder } from "../../../src/adapters/storage/work-folder.ts";
import { bundleStoreContract } from "./bundle-store-contract.ts";

describe("the disk", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-disk-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  describe("as bundle store", () => bundleStoreContract(() => diskBundleStore(join(folder, "bundles"))));

  it("is rid of unfinished files at the next start, and keeps finished ones", async () => {
    const path = join(folder, "bundles");
    await diskBundleStore(path);
    await writeFile(join(path, "dead.part"), "half");
    await writeFile(join(path, "good.zip"), "whole");
    const store = await diskBundleStore(path);
    expect(await readdir(path)).to.deep.equal(["good.zip"]);
    expect(await store.size("good")).to.equal(5);
  });

  it("leaves nothing behind where a file cannot be put", async () => {
    const path = join(folder, "bundles");
    const store = await diskBundleStore(path);
    const error: unknown = await store.put("one", join(folder, "missing")).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "ENOENT");
    expect(await readdir(path)).to.deep.equal([]);
  });

  it("empties the folder of uploads and spools at start", async () => {
    const path = join(folder, "work");
    await emptyWorkFolder(path);
    await writeFile(join(path, "upload"), "half");
    await emptyWorkFolder(join(path, "spool"));
    await emptyWorkFolder(path);
    expect(await readdir(path)).to.deep.equal([]);
  });
});
