import { expect } from "chai";
import { diffBundles } from "../../../../src/bundle/diff/diff.ts";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import type { RawEntry } from "../../bundle/raw-zip.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";
import { entriesWithViewer, packed } from "./viewer-sample.ts";

describe("a bundle with a viewer", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let plain: string;
  let entries: RawEntry[];
  before(async () => {
    directory = await temporaryDirectory();
    plain = await writeSample(sampleRoom(), directory.path, "plain.zip");
    entries = await entriesWithViewer(plain, directory.path);
  });
  after(() => directory.remove());

  const changed = (name: string, change: (entry: RawEntry) => RawEntry): RawEntry[] =>
    entries.map((entry) => (entry.name === name ? change(entry) : entry));
  const faultsOf = async (what: RawEntry[]): Promise<[string, string | undefined][]> =>
    (await verifyBundle(await packed(what, directory.path, "odd.zip"))).faults.map(({ code, where }) => [code, where]);

  it("is sound, and equivalent to the one without", async () => {
    const file = await packed(entries, directory.path, "with.zip");
    expect((await verifyBundle(file)).faults).to.deep.equal([]);
    expect(await diffBundles(plain, file)).to.include({ equivalent: true, difference_count: 0 });
    const bundle = await openBundle(file);
    expect(bundle.head.viewer?.size).to.equal(entries[1]?.data.length);
    await bundle.close();
  });

  it("may list it after the events", async () => {
    const moved = changed("manifest.json", (entry) => {
      const { viewer, ...rest } = JSON.parse(entry.data.toString()) as Record<string, unknown>;
      return { ...entry, data: Buffer.from(JSON.stringify({ ...rest, viewer })) };
    });
    expect(await faultsOf(moved)).to.deep.equal([]);
  });

  for (const [what, change, fault] of [
    [
      "a viewer that the manifest does not list",
      () =>
        changed("manifest.json", (entry) => ({
          ...entry,
          data: Buffer.from(entry.data.toString().replace(/"viewer":.*\n/, "")),
        })),
      ["entry_unlisted", "viewer.html"],
    ],
    [
      "another viewer than the listed one",
      () =>
        changed("viewer.html", (entry) => ({
          ...entry,
          data: Buffer.from(entry.data.toString().replace("Tea", "Pea")),
        })),
      ["viewer_mismatch", "viewer.html"],
    ],
    [
      "a viewer of another size",
      () => changed("viewer.html", (entry) => ({ ...entry, data: Buffer.from("<script>alert(1)</script>") })),
      ["viewer_mismatch", "viewer.html"],
    ],
    [
      "no viewer where one is listed",
      () => entries.filter(({ name }) => name !== "viewer.html"),
      ["viewer_mismatch", "viewer.html"],
    ],
    [
      "two viewers",
      () => [...entries, { name: "viewer.html", data: Buffer.from("x") }],
      ["entry_duplicate", "viewer.html"],
    ],
    ["any other page", () => [...entries, { name: "index.html", data: Buffer.from("x") }], ["entry_name", "entry 4"]],
  ] as const)
    it(`is refused with ${what}`, async () => {
      expect(await faultsOf(change())).to.deep.equal([fault]);
    });
});
