import { createHash } from "node:crypto";
import type { JsonObject } from "../../../matrix/json.ts";
import type { Fields } from "../../input/fields.ts";
import type { ExportFiles } from "../../input/export-files.ts";
import type { ForeignFile } from "../message.ts";

/** A file of the export: its name is a hash, to which an ending may be added. */
const FILE = /(?:^|\/)files\/[0-9a-f]{2}\/([0-9a-f]{64,})(?:\.[^/]*)?$/;

/** The files of an export, by what the pointers in its messages say. */
export class SignalMedia {
  readonly #files: ExportFiles;
  readonly #paths = new Map<string, string>();

  constructor(files: ExportFiles) {
    this.#files = files;
    for (const path of files.paths) {
      const [, name] = FILE.exec(path) ?? [];
      if (name !== undefined) this.#paths.set(name, path);
    }
  }

  /**
   * The file that a pointer means. Its name in the export is the SHA-256 of the hash of its bytes and of the key under which Signal
   * keeps it. `key`: what tells it apart where the export does not have it
   */
  find(pointer: Fields | undefined, key: string, kind?: ForeignFile["kind"]): ForeignFile {
    const locator = pointer?.object("locatorInfo");
    const [plain, local] = [bytes(locator?.id("plaintextHash")), bytes(locator?.id("localKey"))];
    const name = plain && local && createHash("sha256").update(plain).update(local).digest("hex");
    const path = name === undefined ? undefined : this.#paths.get(name);
    const [w, h] = [pointer?.number("width"), pointer?.number("height")];
    const info: JsonObject = { ...(w !== undefined && { w }), ...(h !== undefined && { h }) };
    return {
      key: path ?? key,
      name: pointer?.anyText("fileName") ?? nameOf(path, pointer?.anyText("contentType")),
      file: path === undefined ? undefined : this.#files.file(path),
      info,
      ...(kind && { kind }),
    };
  }
}

function bytes(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, "base64");
}

/** Pictures that were taken in the app have no name. */
function nameOf(path: string | undefined, contentType: string | undefined): string {
  const [, byPath] = /\.([a-z0-9]{1,10})$/i.exec(path ?? "") ?? [];
  const [, byType] = /\/(?:x-)?([a-z0-9]{1,10})$/i.exec(contentType ?? "") ?? [];
  const ending = byPath ?? byType;
  return ending === undefined ? "attachment" : `attachment.${ending.toLowerCase()}`;
}
