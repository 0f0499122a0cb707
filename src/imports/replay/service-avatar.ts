import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { HomeserverError, type MediaTarget } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";

const FILE = new URL("../../../assets/imported-history.png", import.meta.url);

/**
 * The avatar of the service user in imported rooms, uploaded once an import; undefined where the homeserver will not have it.
 * @param filesFollow more files will be uploaded
 * @throws HomeserverError where those could not be: before anything was made
 */
export async function serviceAvatar(
  media: MediaTarget,
  journal: ImportJournal,
  filesFollow: boolean,
): Promise<string | undefined> {
  const bytes = await readFile(FILE);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const known = await journal.upload(sha256);
  if (known !== undefined) return known;
  try {
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
    const uri = await media.upload(open, bytes.length, "image/png", "imported-history.png");
    await journal.setUpload(sha256, uri);
    return uri;
  } catch (error) {
    if (!(error instanceof HomeserverError) || error.status === 0) throw error;
    if ((error.isUnknownEndpoint || error.isUserLimit) && filesFollow) throw error;
    return undefined;
  }
}
