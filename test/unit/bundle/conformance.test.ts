import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { goodBundles } from "../../../conformance/good.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { hostileOrigins } from "../../support/hostile/origins.ts";
import { temporaryDirectory } from "./sample.ts";

const READER = new URL("../../../conformance/reader.py", import.meta.url).pathname;

describe("the conformance kit", function () {
  this.timeout(120_000);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (folder = await temporaryDirectory()));
  after(() => folder.remove());

  it("has good bundles in which the verifier finds nothing, and bad ones; so finds the second reader, written from the page", async () => {
    const files: string[] = [];
    const said: boolean[] = [];
    for (const [index, { what, make, ...more }] of [...(await goodBundles()), ...hostileOrigins()].entries()) {
      const file = join(folder.path, `${String(index)}.zip`);
      await writeFile(file, await make());
      const { ok, faults } = await verifyBundle(file);
      if (!("code" in more)) expect(faults, what).to.deep.equal([]);
      files.push(file);
      said.push(ok);
    }
    const reading = promisify(execFile)("python3", ["-B", READER, "--batch"], { maxBuffer: 2 ** 24 });
    reading.child.stdin?.end(files.map((file) => `${file}\n`).join(""));
    const { stdout } = await reading;
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { ok: boolean }).ok)).to.deep.equal(said);
  });
});
