import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { buildWeb } from "../../../scripts/build-web.js";

/** What the page may weigh before it can be used, compressed. */
const FIRST_LOAD = 200_000;
/** What of it the sign-in weighs, before the rest is loaded. */
const SIGN_IN = 135_000;

describe("the built web page", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-web-"));
    await buildWeb(folder);
  });
  after(() => rm(folder, { recursive: true }));

  it("loads at most 200 KB, compressed, for the sign-in and the rooms behind it", async () => {
    const sizes = new Map<string, number>();
    const load = async (name: string): Promise<void> => {
      if (sizes.has(name)) return;
      const file = await readFile(join(folder, name));
      sizes.set(name, gzipSync(file, { level: 9 }).length);
      // what a script imports before it runs; import() is loaded later
      const imports = /(?:\bfrom|\bimport|href=|src=)\s*"\/web\/([^"]+)"/g;
      for (const [, found = ""] of file.toString().matchAll(imports)) await load(found);
    };
    await load("index.html");
    const signIn = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(signIn).to.be.at.most(SIGN_IN);
    await load((await readdir(folder)).find((name) => /^frame-\w+\.js$/.test(name)) ?? "no frame");
    expect([...sizes.keys()].some((name) => name.endsWith(".css"))).to.equal(true);
    const weight = (): number => [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(weight()).to.be.within(50_000, FIRST_LOAD);
    const english = new Map(sizes);
    for (const texts of await languages()) {
      expect([...sizes.keys()], "only what is wanted is loaded").not.to.include(texts);
      await load(texts);
      expect(weight(), texts).to.be.at.most(FIRST_LOAD);
      for (const name of sizes.keys()) if (!english.has(name)) sizes.delete(name);
    }
  });

  /** Files with the texts in another language. */
  async function languages(): Promise<string[]> {
    const found = (await readdir(folder)).filter((name) => /^(de|es|fr)-\w+\.js$/.test(name));
    expect(found).to.have.length(3);
    return found;
  }

  it("has no script, style or handler in its markup, which the content security policy would refuse", async () => {
    const html = await readFile(join(folder, "index.html"), "utf8");
    expect(html).not.to.match(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
  });
});
