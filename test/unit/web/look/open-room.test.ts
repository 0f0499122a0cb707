import { expect } from "chai";
import { BundleError, type FaultCode } from "../../../../src/bundle/faults.ts";
import { openRoom } from "../../../../web/look/reader/open-room.ts";
import { hostileBundles } from "../../../support/hostile/bundles.ts";

/** What nobody can read, or what would take too much: the browser refuses it as the verifier does. The rest only the verifier knows. */
const REFUSED: ReadonlySet<FaultCode> = new Set([
  ...(["zip_bomb", "entry_duplicate", "entry_not_file", "entry_method", "entry_damaged", "entry_size"] as const),
  ...(["entry_unlisted", "manifest_syntax", "manifest_truncated", "manifest_too_large", "element_too_large"] as const),
  ...(["element_too_deep", "member_missing", "member_duplicate", "member_shape", "format_unknown"] as const),
  ...(["version_unknown", "event_shape", "extension_unknown", "media_missing", "media_size"] as const),
]);

/** Reads all of a file as the browser does. @throws BundleError */
async function readWhole(file: Blob): Promise<void> {
  const bundle = await openRoom(file);
  let read = 0;
  for await (const batch of bundle.eventBatches()) read += batch.length;
  for (const sha256 of bundle.head.media.keys())
    for await (const chunk of await bundle.openMedia(sha256)) read += chunk.length;
  expect(read).to.be.above(0);
}

describe("hostile bundles that the browser opens", () => {
  it("are refused with a fault where nobody could read them, and break nothing else", async function () {
    this.timeout(120_000);
    const read: string[] = [];
    for (const { what, code, make } of await hostileBundles()) {
      const bytes = new Uint8Array(await make());
      try {
        await readWhole(new Blob([bytes]));
        if (REFUSED.has(code)) read.push(`${code}: ${what}`);
      } catch (error) {
        expect(error, what).to.be.instanceOf(BundleError);
      }
    }
    expect(read).to.deep.equal([]);
  });
});
