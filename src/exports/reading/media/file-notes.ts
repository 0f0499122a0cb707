import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { member, parseJson, stringMember } from "../../../matrix/json.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { CollectedFile } from "./media-collector.ts";
import type { RecordFile } from "../record-file.ts";

/** What has become of the files that an export asked for, for the run that goes on with it. */
export class FileNotes {
  readonly #log: RecordFile;
  readonly #folder: string;
  readonly #noted = new Map<string, CollectedFile | HomeserverError>();

  private constructor(log: RecordFile, folder: string) {
    this.#log = log;
    this.#folder = folder;
  }

  /** `folder`: where the files lie, each under its SHA-256 */
  static async open(log: RecordFile, folder: string): Promise<FileNotes> {
    const notes = new FileNotes(log, folder);
    for await (const text of log.read()) notes.#read(text);
    return notes;
  }

  /** The file, if it still lies there with every byte that it had; or why there is none; undefined: to be asked for. */
  async find(uri: string, signal: AbortSignal): Promise<CollectedFile | HomeserverError | undefined> {
    const noted = this.#noted.get(uri);
    if (!noted || noted instanceof HomeserverError) return noted;
    return (await hashOf(join(this.#folder, noted.sha256), signal)) === noted.sha256 ? noted : undefined;
  }

  async add(uri: string, found: CollectedFile | HomeserverError): Promise<void> {
    const note =
      found instanceof HomeserverError
        ? { uri, status: found.status, errcode: found.errcode }
        : { uri, sha256: found.sha256, size: found.size, crc32: found.crc32 ?? null, mimetype: found.mimetype };
    await this.#log.append(JSON.stringify(note));
  }

  #read(text: string): void {
    const note = parseJson(text);
    const uri = stringMember(note, "uri");
    const [sha256, mimetype] = [stringMember(note, "sha256"), stringMember(note, "mimetype")];
    const [size, crc, status] = [member(note, "size"), member(note, "crc32"), member(note, "status")];
    if (uri === undefined) return;
    if (sha256 !== undefined && mimetype !== undefined && typeof size === "number") {
      const crc32 = typeof crc === "number" ? crc : undefined;
      this.#noted.set(uri, { sha256, file: join(this.#folder, sha256), size, crc32, mimetype });
    }
    if (typeof status === "number")
      this.#noted.set(uri, new HomeserverError(status, stringMember(note, "errcode") ?? "M_UNKNOWN", "noted before"));
  }
}

/** hexadecimal; undefined where it cannot be read */
async function hashOf(file: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file, { signal })) hash.update(chunk as Buffer);
    return hash.digest("hex");
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
