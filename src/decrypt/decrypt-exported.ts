import { createHash } from "node:crypto";
import type { BundleFile, BundleParts, WrittenBundle } from "../bundle/archive/bundle-bytes.ts";
import { coverageOf } from "../bundle/coverage.ts";
import { decryptedManifest } from "../bundle/decrypted/decrypted-manifest.ts";
import type { Decryption, ManifestHead } from "../bundle/manifest/manifest.ts";
import { decryptEvents, LayoutError } from "./decrypted-events.ts";
import { DecryptedFiles, type FileSource } from "./decrypted-files.ts";
import type { Decryptor } from "./decryptor.ts";
import type { ExportedBundle, Scratch } from "./exported-bundle.ts";
import { Outcomes, type Closed } from "./outcomes.ts";

/** The bundle cannot be decrypted; the message says why, in one sentence. */
export class DecryptError extends Error {}

export interface DecryptTools {
  decryptor: Decryptor;
  /** where encrypted files come from, beside the bundle itself; undefined: they are left out */
  files?: FileSource | undefined;
  /** makes room for plain text until it is in the bundle */
  scratch: () => Promise<Scratch>;
}

/** What became of the encrypted events and files. */
export interface DecryptReport extends WrittenBundle {
  encrypted: number;
  decrypted: number;
  /** how many were not, by reason */
  closed: Partial<Record<Closed, number>>;
  files: number;
  /** entries that were added to the ledger, by code */
  ledger: Record<string, number>;
}

/**
 * Writes a bundle once more, with what its ciphertexts hold beside each. The bundle is a sound one (`verifyBundle`). Streams; holds the
 * head of the manifest and the ids of sessions. `write`: writes what it is given.
 * @throws DecryptError; BundleError
 */
export async function decryptExported(
  bundle: ExportedBundle,
  { decryptor, files: source, scratch }: DecryptTools,
  write: (parts: BundleParts) => Promise<WrittenBundle>,
): Promise<DecryptReport> {
  const { head } = bundle;
  if (head.decryption) throw new DecryptError("it is decrypted already: decrypt the exported bundle, with all keys");
  const [events, plainFiles] = await Promise.all([scratch(), scratch()]);
  try {
    const outcomes = new Outcomes();
    const files = new DecryptedFiles(plainFiles, head, fileSource(bundle, source));
    const hash = createHash("sha256");
    await decryptEvents(hashed(bundle.manifest(), hash), { head, decryptor, files, outcomes, scratch: events });
    const decrypted = decryptedHead(bundle, hash.digest("hex"), outcomes, files);
    const written = await write({
      head: decrypted,
      events: noEvents(),
      manifest: decryptedManifest(bundle.manifest(), head, decrypted, await events.read()),
      media: [...exportedMedia(bundle), ...files.files],
      viewer: bundle.viewer,
    });
    return { ...written, ...reportOf(outcomes, files) };
  } catch (error) {
    throw error instanceof LayoutError ? new DecryptError(LAYOUT) : error;
  } finally {
    await Promise.all([events.close(), plainFiles.close()]);
  }
}

const LAYOUT =
  "its manifest is not laid out line by line, so that decrypting it would change what was exported: use the bundle as it was exported";

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: { update(chunk: Buffer): unknown },
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* noEvents(): AsyncGenerator<Buffer, void, undefined> {
  // they are in the manifest that is given as a whole
}

/** An encrypted file may have been exported, where its address was to be seen. */
function fileSource(bundle: ExportedBundle, source: FileSource | undefined): FileSource | undefined {
  const held = new Map(
    [...bundle.head.media].flatMap(([sha256, { uris }]) => uris.map((uri) => [uri, sha256] as const)),
  );
  if (held.size === 0 || !source) return source;
  return async (uri) => {
    const sha256 = held.get(uri);
    return sha256 === undefined ? await source(uri) : await bundle.openMedia(sha256);
  };
}

/** The head of the exported bundle with what was added. */
function decryptedHead(
  { head, signature }: ExportedBundle,
  manifestSha256: string,
  outcomes: Outcomes,
  files: DecryptedFiles,
): ManifestHead {
  const { coverage, counts } = head;
  const added = outcomes.ledger;
  const isWhole = outcomes.decrypted === outcomes.encrypted && added.every(({ uri }) => uri === undefined);
  const decryption: Decryption = {
    encrypted: outcomes.encrypted,
    decrypted: outcomes.decrypted,
    ledger: added.length,
    exported: {
      ...{ manifest_sha256: manifestSha256, coverage, counts },
      ...(signature && { signature: { type: "io.roomporter.signature", algorithm: "ed25519", ...signature } }),
    },
  };
  return {
    ...head,
    coverage: coverage.without_encrypted_files && isWhole ? coverageOf(coverage.limits, 0) : coverage,
    counts: {
      ...counts,
      media_files: counts.media_files + files.media.size,
      media_bytes: counts.media_bytes + [...files.media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: counts.ledger + added.length,
    },
    decryption,
    media: new Map([...head.media, ...files.media]),
    ledger: [...head.ledger, ...added],
  };
}

function exportedMedia(bundle: ExportedBundle): BundleFile[] {
  return [...bundle.head.media].map(([sha256, { mimetype, size }]) => ({
    ...{ sha256, mimetype, size },
    open: () => bundle.openMedia(sha256),
    name: bundle.mediaFileName(sha256),
  }));
}

function reportOf(
  outcomes: Outcomes,
  files: DecryptedFiles,
): Pick<DecryptReport, "encrypted" | "decrypted" | "closed" | "files" | "ledger"> {
  const codes = new Map<string, number>();
  for (const { code } of outcomes.ledger) codes.set(code, (codes.get(code) ?? 0) + 1);
  const { encrypted, decrypted, closed } = outcomes;
  return { encrypted, decrypted, closed, files: files.media.size, ledger: Object.fromEntries(codes) };
}
