import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { bundleBytes } from "../../../src/bundle/archive/bundle-bytes.ts";
import { BundleError, type FaultCode } from "../../../src/bundle/faults.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { decryptExported, DecryptError } from "../../../src/decrypt/decrypt-exported.ts";
import { BlobScratch } from "../../../web/decrypt/blob-scratch.ts";
import { exportedBlob } from "../../../web/decrypt/exported-blob.ts";
import { openRoom } from "../../../web/look/reader/open-room.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { fakeDecryptor } from "../../support/sealed-events.ts";
import { temporaryDirectory } from "../bundle/sample.ts";

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

/** Decrypts a bundle as the browser does. @throws BundleError, DecryptError */
async function decrypted(file: Blob): Promise<Buffer> {
  const bundle = await openRoom(file, () => false);
  const out = new BlobScratch();
  const tools = { decryptor: fakeDecryptor([]), scratch: () => Promise.resolve(new BlobScratch()) };
  await decryptExported(exportedBlob(bundle, { onStep: () => undefined }), tools, async (parts) => {
    const { bytes, written } = bundleBytes(parts);
    for await (const chunk of bytes) await out.append(chunk);
    return written();
  });
  return Buffer.from(await out.blob().arrayBuffer());
}

/** What is of the archive alone: it is written anew. */
const MENDED: ReadonlySet<FaultCode> = new Set([
  ...(["zip_unreadable", "zip_too_many_entries", "zip_hidden_data", "manifest_missing"] as const),
  ...(["entry_name", "entry_encrypted", "entry_header", "entry_streamed"] as const),
]);

describe("hostile bundles that the browser opens", () => {
  it("are refused with a fault where nobody could read them; decrypted, they stay unsound, but for their archive", async function () {
    this.timeout(120_000);
    const directory = await temporaryDirectory();
    const file = join(directory.path, "decrypted.zip");
    const read: string[] = [];
    for (const { what, code, make } of await hostileBundles()) {
      const bundle = new Blob([new Uint8Array(await make())]);
      try {
        await readWhole(bundle);
        if (REFUSED.has(code)) read.push(`${code}: ${what}`);
      } catch (error) {
        expect(error, what).to.be.instanceOf(BundleError);
      }
      try {
        await writeFile(file, await decrypted(bundle));
        if (!MENDED.has(code)) expect((await verifyBundle(file)).faults, what).not.to.deep.equal([]);
      } catch (error) {
        expect(error, what).to.satisfy(
          (thrown: unknown) => thrown instanceof BundleError || thrown instanceof DecryptError,
        );
      }
    }
    await directory.remove();
    expect(read).to.deep.equal([]);
  });
});
