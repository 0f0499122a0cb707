import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { COLLECTION_FAULTS } from "../../../src/collections/collection-faults.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { isCollection, openCollection } from "../../../src/collections/open-collection.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import { testSigner } from "../../support/test-signer.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../bundle/sample.ts";
import { rawZip } from "../bundle/raw-zip.ts";
import { sampleRooms, TEA, writeSampleCollection } from "./sample-collection.ts";

function nth<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`there is no element ${at}`);
  return found;
}

describe("verifyCollection", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => {
    directory = await temporaryDirectory();
  });
  after(() => directory.remove());

  async function faultsOf(file: string): Promise<string[]> {
    const found = await verifyCollection(file);
    expect(found.ok).to.equal(found.fault_count === 0);
    return found.faults.map(({ code, where }) => (where === undefined ? code : `${code} ${where}`));
  }

  it("finds a collection sound, and says who signed it", async () => {
    const signer = testSigner();
    const found = await verifyCollection(await writeSampleCollection(directory.path, "sound.zip", { signer }));
    expect(found).to.deep.include({ ok: true, faults: [] });
    expect(found.rooms.map(({ events, ok }) => [events, ok])).to.deep.equal([
      [12, true],
      [12, true],
    ]);
    expect(found.signature?.public_key).to.equal(signer.publicKey);
    expect((await verifyCollection(await writeSampleCollection(directory.path, "bare.zip"))).signature).to.equal(null);
  });

  const changes: [string, (index: CollectionIndex) => void, string[]][] = [
    ["another hash", (index) => (nth(index.rooms, 1).sha256 = "0".repeat(64)), ["bundle_changed rooms/00002.zip"]],
    ["another size", (index) => (nth(index.rooms, 1).size += 1), ["bundle_changed rooms/00002.zip"]],
    [
      "another room",
      (index) => (nth(index.rooms, 1).room_id = "!x:acme.test"),
      ["bundle_inconsistent rooms/00002.zip"],
    ],
    ["another name", (index) => (nth(index.rooms, 1).name = "Coffee"), ["bundle_inconsistent rooms/00002.zip"]],
    ["more events", (index) => (nth(index.rooms, 1).events += 1), ["bundle_inconsistent rooms/00002.zip"]],
    ["other counts", (index) => (index.counts.exported = 3), ["counts_mismatch /counts"]],
    [
      "a count that is no number",
      (index) => Object.assign(index.counts, { failed: "1" }),
      ["index_shape /counts/failed"],
    ],
    ["another format", (index) => Object.assign(index, { format: "io.example" }), ["index_shape /format"]],
    ["a path outside", (index) => (nth(index.rooms, 1).file = "../00002.zip"), ["index_shape /rooms/1/file"]],
  ];
  for (const [what, index, faults] of changes)
    it(`finds ${what} in the index`, async () => {
      const shape = faults[0]?.startsWith("index_shape") === true;
      const file = await writeSampleCollection(directory.path, `${what}.zip`, {
        index(made) {
          const names = made.rooms.map(({ file: name }) => name);
          index(made);
          // the archive's own names stay
          if (!shape) made.rooms.forEach((room, at) => (room.file = names[at] ?? ""));
        },
      });
      expect((await faultsOf(file)).filter((fault) => !fault.startsWith("entry_name"))).to.deep.equal(faults);
    });

  it("finds a bundle that is not sound, and names its faults with the room", async () => {
    const rooms = sampleRooms();
    nth(rooms, 1).room.head = (head) => (head.counts.events += 1);
    const found = await verifyCollection(await writeSampleCollection(directory.path, "unsound.zip", { rooms }));
    expect(found.faults).to.deep.equal([
      { code: "bundle_unsound", message: COLLECTION_FAULTS.bundle_unsound, where: "rooms/00002.zip" },
    ]);
    expect(found.rooms.find(({ room_id }) => room_id === TEA)?.faults.map(({ code }) => code)).to.deep.equal([
      "counts_mismatch",
    ]);
  });

  it("finds bundles that are listed twice, missing, or not listed", async () => {
    const twice = await writeSampleCollection(directory.path, "twice.zip", {
      index: ({ rooms }) => (nth(rooms, 1).room_id = nth(rooms, 0).room_id),
    });
    expect(await faultsOf(twice)).to.include("bundle_duplicate /rooms");
    const missing = await writeSampleCollection(directory.path, "missing.zip", {
      index({ rooms, counts }) {
        rooms.push({ ...nth(rooms, 1), file: "rooms/00003.zip", room_id: "!more:acme.test" });
        counts.exported = 3;
      },
    });
    expect(await faultsOf(missing)).to.deep.equal(["bundle_missing rooms/00003.zip"]);
    const { index, close, extract } = await openCollection(missing);
    const bundle = join(directory.path, "extracted.zip");
    await extract(nth(index.rooms, 0), bundle);
    await close();
    const rooms = index.rooms.slice(0, 1);
    const counts = { ...index.counts, exported: 1 };
    const unlisted = join(directory.path, "unlisted.zip");
    const data = await readFile(bundle);
    await writeFile(
      unlisted,
      rawZip([
        { name: "index.json", data: Buffer.from(JSON.stringify({ ...index, rooms, counts })) },
        ...["rooms/00001.zip", "rooms/00007.zip"].map((name) => ({ name, data, method: 0 })),
        { name: "rooms/readme.txt", data: Buffer.from("a file") },
      ]),
    );
    expect(await faultsOf(unlisted)).to.deep.equal(["entry_name entry 4", "bundle_unlisted rooms/00007.zip"]);
  });

  it("is told apart from a bundle and from what is neither", async () => {
    const bundle = await writeSample(sampleRoom(), directory.path, "bundle.zip");
    expect(await isCollection(bundle)).to.equal(false);
    expect(await isCollection(await writeSampleCollection(directory.path, "collection.zip"))).to.equal(true);
    expect((await verifyCollection(bundle)).faults.map(({ code }) => code)).to.deep.equal(["index_missing"]);
  });
});
