import type { Writable } from "node:stream";
import { bundleEntries } from "../bundle/archive/bundle-layout.ts";
import { BundleError } from "../bundle/faults.ts";
import { openArchive, type OpenArchive } from "../bundle/open-bundle.ts";
import { readSignature } from "../bundle/signature.ts";
import { writeParts, type WrittenBundle } from "../bundle/write-bundle.ts";
import { decryptExported, type DecryptReport } from "./decrypt-exported.ts";
import type { FileSource } from "./decrypted-files.ts";
import type { Decryptor } from "./decryptor.ts";
import type { ExportedBundle } from "./exported-bundle.ts";
import { ScratchFile } from "./scratch-file.ts";

export interface DecryptOptions {
  decryptor: Decryptor;
  /** where encrypted files come from, beside the bundle itself; undefined: they are left out */
  files?: FileSource | undefined;
  /** a folder for files without names, which hold plain text: where the result goes */
  folder: string;
  signal?: AbortSignal;
}

/**
 * Decrypts the bundle in a file, as `decryptExported` does. `writing`: gives what the function is to write to.
 * @throws DecryptError; BundleError
 */
export async function decryptBundle(
  file: string,
  { decryptor, files, folder, signal }: DecryptOptions,
  writing: (write: (out: Writable) => Promise<WrittenBundle>) => Promise<WrittenBundle>,
): Promise<DecryptReport> {
  const archive = await openArchive(file, { keepsState: () => false });
  try {
    const tools = { decryptor, files, scratch: () => ScratchFile.create(folder) };
    return await decryptExported(exportedBundle(archive), tools, (parts) =>
      writing((out) => writeParts(out, parts, signal)),
    );
  } finally {
    await archive.close();
  }
}

function exportedBundle({ archive, head, openMedia, mediaFileName }: OpenArchive): ExportedBundle {
  const { manifest, viewer } = bundleEntries(archive.directory);
  if (!manifest) throw new BundleError("manifest_missing");
  return {
    ...{ head, openMedia, mediaFileName, signature: readSignature(archive.comment) },
    manifest: () => archive.read(manifest),
    viewer: head.viewer && viewer ? () => archive.read(viewer) : undefined,
  };
}
