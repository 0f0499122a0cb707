import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bookmarkOf } from "../../../src/bundle/bookmark.ts";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { summaryText } from "../../../src/bundle/summary-text.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { convertBundle } from "../../../src/render/convert-to.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { exportedTo, importInto, serviceOn } from "../../support/generations.ts";
import { decryptedBundle } from "../../support/hostile/decryptions.ts";
import { temporaryDirectory } from "../bundle/sample.ts";

describe("a decrypted bundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let decrypted: string;
  let exported: string;
  before(async () => {
    directory = await temporaryDirectory();
    const made = await decryptedBundle();
    decrypted = join(directory.path, "decrypted.zip");
    exported = join(directory.path, "exported.zip");
    await writeFile(decrypted, made.base.good);
    await writeFile(exported, made.exported);
  });
  after(() => directory.remove());

  const differences = async (a: string, b: string): Promise<string[]> =>
    (await diffBundles(a, b)).differences.map(({ kind, message }) => `${kind}: ${message}`);

  it("is read in plain text, with its files, and what is still encrypted as such", async () => {
    let text = "";
    for await (const piece of convertBundle(decrypted, "text")) text += piece;
    expect(text).to.contain("One, “quoted” \\ and é").and.to.contain("Two").and.to.contain("cup.png");
    expect(text).not.to.contain("Nobody reads this");
    expect(text.match(/ncrypted/g)).to.have.length(1);
  });

  it("says what was decrypted, and goes on from the exported bundle", async () => {
    const summary = await summarizeBundle(decrypted);
    expect(summaryText(summary)).to.contain("Decrypted 3 of 4 encrypted events, by whoever held the keys");
    const { manifest_sha256: exportedSha256 } = await verifyBundle(exported);
    expect((await bookmarkOf(decrypted))?.manifest_sha256).to.equal(exportedSha256);
    expect(summary.bookmark).to.contain(exportedSha256);
  });

  it("is equivalent to the exported one: where that has ciphertexts, these are compared", async () => {
    expect(await differences(decrypted, exported)).to.deep.equal([]);
    expect(await differences(exported, decrypted)).to.deep.equal([]);
  });

  for (const allowPlaintext of [false, true])
    it(`is replayed ${allowPlaintext ? "in plain text where that is asked for" : "as the ciphertexts that were exported"}`, async () => {
      const homeserver = new MemoryHomeserver("new.test");
      const { roomId } = await importInto(homeserver, decrypted, { allowPlaintext });
      const shown = JSON.stringify(homeserver.rooms.get(roomId)?.timeline);
      expect(shown.includes("quoted")).to.equal(allowPlaintext);
      const again = await exportedTo(directory.path, homeserver, roomId, serviceOn(homeserver));
      expect((await verifyBundle(again)).faults).to.deep.equal([]);
      expect(await differences(allowPlaintext ? decrypted : exported, again)).to.deep.equal([]);
    });
});
