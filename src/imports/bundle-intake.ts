import { openBundle } from "../bundle/open-bundle.ts";
import { isCollection } from "../collections/open-collection.ts";
import { verifyBundle } from "../bundle/verify/verify.ts";
import { refusalsOfManifest } from "../policy/refusals.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { ManifestHead } from "../bundle/manifest/manifest.ts";
import { refuse } from "../requests/failures/refuse.ts";
import { signedBy, type KnownKey, type SignedBy } from "../requests/signed-by.ts";
import { collectingSpent } from "../requests/spent-memory.ts";

/** A bundle that can be imported. */
export interface GoodBundle extends Pick<ManifestHead, "source" | "coverage"> {
  /** of the file, hexadecimal */
  sha256: string;
  /** of its manifest, hexadecimal */
  manifestSha256: string;
  /** of the room, in its source */
  roomName: string | null;
  /** undefined where it is not signed */
  signedBy: SignedBy | undefined;
}

/**
 * Verifies a bundle whole, and that what it holds may travel. @param allowPlaintext what was decrypted in it is to be imported
 * @throws RequestError invalid with every fault or refusal; StoreAway
 */
export async function requireGoodBundle(
  file: string,
  keys: () => Promise<readonly KnownKey[]>,
  allowPlaintext = false,
): Promise<GoodBundle> {
  return await collectingSpent(() => goodBundle(file, keys, allowPlaintext));
}

async function goodBundle(
  file: string,
  keys: () => Promise<readonly KnownKey[]>,
  allowPlaintext: boolean,
): Promise<GoodBundle> {
  const { ok, faults, fault_count, sha256, decryption, ...verified } = await verifyBundle(file);
  // what was exported is signed, and what was decrypted by nobody
  const signature = verified.signature ?? (allowPlaintext ? null : (decryption?.signature ?? null));
  if (!ok) {
    const [first] = faults;
    const reasons = faults.map(({ code, message }) => ({ code, message }));
    const message = (await isCollection(file))
      ? "This is a collection of rooms, and no bundle: import it with roomporter space import, or POST /v1/spaces/import."
      : fault_count > 1
        ? `The bundle has ${String(fault_count)} faults`
        : (first?.message ?? "The bundle is faulty.");
    throw new RequestError("invalid", "IO.ROOMPORTER.BAD_BUNDLE", message, reasons);
  }
  const bundle = await openBundle(file, { keepsState: () => false });
  try {
    refuse(refusalsOfManifest(bundle.head));
    const { server_name: serverName } = bundle.head.source;
    const roomName = bundle.head.room.name;
    const manifestSha256 = verified.manifest_sha256 ?? "";
    const { source, coverage } = bundle.head;
    return {
      source,
      coverage,
      sha256,
      manifestSha256,
      roomName,
      signedBy: signature ? signedBy(signature, serverName, await keys()) : undefined,
    };
  } finally {
    await bundle.close();
  }
}
