import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { BundleError, type FaultCode } from "../../../src/bundle/faults.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { nastyBundles } from "../../support/hostile/taken.ts";
import { run } from "../../support/doors/run-command.ts";
import { temporaryDirectory } from "./sample.ts";

const bundles = await hostileBundles();
/** They take seconds to read: the library verifies each of them, and one command reads it, in turn. */
const LARGE = [
  "200 MB of white space and nothing else",
  "half a million people who never said anything",
  "a ledger of a million lines",
  "80 MB of state",
  "5,000 entries that are the same bytes",
  "10,000 entries that are the same 1 MB",
];

describe("a hostile bundle, for whoever reads it with the library or on the command line:", () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (folder = await temporaryDirectory()));
  after(() => folder.remove());

  for (const { code, what, make } of bundles)
    it(`${code}: ${what}`, async () => {
      const file = join(folder.path, "hostile.zip");
      await writeFile(file, await make());
      const { ok, faults } = await verifyBundle(file);
      expect(ok).to.equal(false);
      expect(faults.map((fault) => fault.code)).to.include(code);
      const large = LARGE.indexOf(what);
      // opening finds what it can see by itself, and nothing else
      const opened = large < 0 ? await opening(file) : undefined;
      if (opened !== undefined) expect(faults.map((fault) => fault.code)).to.include(opened);
      const found = { file, code, opened, faults: faults.map((fault) => fault.code) };
      for (const look of large < 0 ? LOOKS : [LOOKS[large % LOOKS.length] as Look]) await look(found);
    });

  /** A bundle, and what verifying and opening it has found. */
  interface Found {
    file: string;
    code: FaultCode;
    opened: FaultCode | undefined;
    faults: FaultCode[];
  }
  type Look = (found: Found) => Promise<void>;
  const LOOKS: readonly Look[] = [
    async ({ file, code }) => {
      const verified = await run(["bundle", "verify", file]);
      expect(verified.code).to.equal(1);
      expect(verified.stdout.toString()).to.contain(code);
    },
    async ({ file, opened, faults }) => {
      const shown = await run(["bundle", "show", file]);
      // it reads the events, too, but no files
      if (shown.code === 0 && opened === undefined) return;
      expect(shown.code).to.equal(1);
      expect(faults).to.include(/\[(\w+)\]\n$/.exec(shown.stderr)?.[1]);
    },
    async ({ file }) => void expect((await run(["bundle", "diff", file, file])).code).to.equal(1),
    async ({ file }) => {
      const pages = join(folder.path, "pages");
      expect((await run(["bundle", "render", file, "-o", pages])).code).to.equal(1);
      expect(existsSync(pages)).to.equal(false);
    },
    async ({ file }) => void expect((await diffBundles(file, file)).equivalent).to.equal(false),
  ];

  for (const [index, { what, make }] of nastyBundles({ roomId: "!ours:acme.test" }).entries())
    it(`taken, for it is sound: ${what}`, async () => {
      const file = join(folder.path, "nasty.zip");
      await writeFile(file, await make());
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
      const commands = [
        ["verify", file],
        ["show", file],
        ["render", file, "-o", join(folder.path, `pages-${index}`)],
      ];
      for (const command of commands) expect((await run(["bundle", ...command])).code, command[0]).to.equal(0);
      // equivalent or not (an origin may name a file that is none): it comes to an end
      await diffBundles(file, file);
    });

  it("no two of them have the same name", () => {
    const names = bundles.map(({ code, what }) => `${code}: ${what}`);
    expect(new Set(names).size).to.equal(names.length);
    expect(bundles.map(({ what }) => what)).to.include.members(LARGE);
  });
});

/** Why the bundle cannot be opened; undefined where it can be, and read to its end. */
async function opening(file: string): Promise<FaultCode | undefined> {
  try {
    await (await openBundle(file)).close();
    return undefined;
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
}
