import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { BundleError, FAULTS } from "../../../src/bundle/faults.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { originalOf } from "../../../src/bundle/original.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { verifyBundle, type Verification } from "../../../src/bundle/verify/verify.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { allowedHtml } from "../../../src/matrix/text/allowed-html.ts";
import { Base } from "../../support/hostile/base.ts";
import { rawEntries } from "./raw-zip.ts";
import { sampleRoom, temporaryDirectory } from "./sample.ts";

/** `npm run fuzz` asks for more. SEED=… repeats a run. */
const RUNS = Number(process.env["FUZZ"] ?? 1);
const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));

describe(`whatever a file holds, a reader ends with faults or a sound bundle (SEED=${SEED})`, function () {
  this.timeout(60_000 * RUNS);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let base: Base;
  let sound: string;
  before(async () => {
    folder = await temporaryDirectory();
    base = await Base.of(sampleRoom());
    sound = contentsOf(base.good);
  });
  after(() => folder.remove());

  const runs = (numRuns: number): { seed: number; numRuns: number } => ({ seed: SEED, numRuns: numRuns * RUNS });

  /** Reads a file in every way; gives what was found. Nothing but BundleError may be thrown on the way. */
  async function read(bytes: Buffer): Promise<Verification> {
    const file = join(folder.path, "fuzzed.zip");
    await writeFile(file, bytes);
    const found = await verifyBundle(file);
    expect(found.ok).to.equal(found.faults.length === 0);
    for (const { code, message } of found.faults) expect(message).to.equal(FAULTS[code]);
    await withoutOtherErrors(summarizeBundle(file));
    await withoutOtherErrors(readEvents(file));
    return found;
  }

  it("cut anywhere, it is not sound", async () => {
    const property = fc.asyncProperty(fc.nat(base.good.length - 1), async (length) => {
      expect((await read(base.good.subarray(0, length))).ok).to.equal(false);
    });
    await fc.assert(property, runs(60));
  });

  it("with bytes changed anywhere, it is not sound, or says the same", async () => {
    const changes = fc.array(fc.tuple(fc.nat(base.good.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.asyncProperty(changes, async (list) => {
      const bytes = Buffer.from(base.good);
      for (const [place, mask] of list) bytes[place] = (bytes[place] as number) ^ mask;
      // dates, permissions and versions are nobody's business
      if ((await read(bytes)).ok) expect(contentsOf(bytes)).to.equal(sound);
    });
    await fc.assert(property, runs(250));
  });

  it("with any piece moved, doubled or taken out, it is not sound, or says the same", async () => {
    const place = fc.nat(base.good.length);
    const property = fc.asyncProperty(place, place, place, async (from, to, at) => {
      const [start, end] = [Math.min(from, to), Math.max(from, to)];
      const piece = base.good.subarray(start, end);
      const rest = Buffer.concat([base.good.subarray(0, start), base.good.subarray(end)]);
      const moved = Buffer.concat([rest.subarray(0, at), piece, rest.subarray(at)]);
      const doubled = Buffer.concat([base.good.subarray(0, at), piece, base.good.subarray(at)]);
      for (const bytes of [rest, moved, doubled]) if ((await read(bytes)).ok) expect(contentsOf(bytes)).to.equal(sound);
    });
    await fc.assert(property, runs(40));
  });

  it("with any text for a manifest, or one that was cut and patched", async () => {
    const text = base.text();
    const patched = fc.tuple(fc.nat(text.length), fc.nat(20), fc.string({ unit: "binary", maxLength: 20 }));
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      patched.map(([at, length, patch]) => text.slice(0, at) + patch + text.slice(at + length)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (manifest) => {
        await read(base.withManifest(manifest));
      }),
      runs(250),
    );
  });

  it("with any value anywhere in its manifest", async () => {
    const pick = fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 });
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...NASTY));
    const property = fc.asyncProperty(pick, value, async (path, put) => {
      await read(base.changed((manifest) => replaceAt(manifest, path, put as JsonValue)));
    });
    await fc.assert(property, runs(250));
  });

  it("and no HTML is changed twice, or keeps what may run", () => {
    const piece = fc.constantFrom(..."<>/\"'= abp!-?&;\0".split(""), ...WORDS);
    const html = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    const property = fc.property(html, (text) => {
      const safe = allowedHtml(text);
      expect(allowedHtml(safe)).to.equal(safe);
      expect(safe).not.to.match(
        /<\s*(?:script|svg|iframe|style|math)|<[^>]*\s(?:on\w+|style)\s*=|<[^>]*href\s*=\s*["']?\s*javascript/i,
      );
    });
    fc.assert(property, runs(2000));
  });
});

const NASTY: JsonValue[] = [
  "",
  "\0",
  "\ud800",
  "$event-2",
  "@alice:acme.test",
  "mxc://acme.test/cup",
  "__proto__",
  -1,
  2 ** 53,
  [],
];
const WORDS = [
  "<script>",
  "<img src=",
  "onerror=x",
  "<a href='javascript:",
  "<!--",
  "-->",
  "<p>",
  "</p>",
  "<svg ",
  "style=",
  "<b ",
];

async function withoutOtherErrors(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
  }
}

async function readEvents(file: string): Promise<void> {
  const bundle = await openBundle(file);
  try {
    for await (const event of bundle.events()) originalOf(event, bundle.head.source);
  } finally {
    await bundle.close();
  }
}

/** What a sound archive holds, however it is packed. */
function contentsOf(zip: Buffer): string {
  const entries = rawEntries(zip).map(({ name, data }) => `${name} ${data.toString("base64")}`);
  return entries.sort().join("\n");
}

/** Puts a value where a path of numbers leads, each of them choosing among the members that there are. */
function replaceAt(manifest: JsonObject, path: readonly number[], value: JsonValue): void {
  let holder: JsonObject | JsonValue[] = manifest;
  for (const [step, number] of path.entries()) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return;
    const key = keys[number % keys.length] as string;
    const inner: JsonValue | undefined = (holder as JsonObject)[key];
    if (step < path.length - 1 && (Array.isArray(inner) || isObject(inner))) holder = inner;
    else {
      Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
      return;
    }
  }
}
