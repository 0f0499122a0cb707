import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostileBundles } from "../test/support/hostile/bundles.ts";
import { goodBundles } from "./good.ts";

/** A line of the kit's index. */
interface Case {
  file: string;
  verdict: "sound" | "unsound";
  /** of an unsound one: what a reader finds that reads far enough */
  code: string | null;
  what: string;
}

/** Writes the kit into a folder: `good/001.zip` …, `bad/001.zip` …, and `index.json`. The same bytes on every run. */
async function makeKit(folder: string): Promise<void> {
  const cases: Case[] = [];
  const put = async (
    place: string,
    made: { what: string; code?: string; make: () => Buffer | Promise<Buffer> }[],
  ): Promise<void> => {
    await mkdir(join(folder, place), { recursive: true });
    for (const [index, { what, code = null, make }] of made.entries()) {
      const file = `${place}/${String(index + 1).padStart(3, "0")}.zip`;
      await writeFile(join(folder, file), await make());
      cases.push({ file, verdict: code === null ? "sound" : "unsound", code, what });
    }
  };
  await put("good", await goodBundles());
  await put("bad", await hostileBundles());
  await writeFile(join(folder, "index.json"), `${JSON.stringify(cases, null, 1)}\n`);
  process.stdout.write(`${String(cases.length)} cases\n`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: make.ts FOLDER\n");
  process.exitCode = 2;
} else await makeKit(folder);
