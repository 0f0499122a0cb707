import type { JsonObject } from "../../../matrix/json.ts";
import type { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import type { ForeignFile } from "../message.ts";

/** In place of a path, where the file was not asked for or could not be had. */
const NOT_INCLUDED = /\((?:File|Photo) [^)]*\)$/;
/** What to call a file that the export neither holds nor names. */
const KINDS: Readonly<Record<string, string>> = {
  sticker: "sticker",
  video_message: "video message",
  voice_message: "voice message",
  animation: "animation",
  video_file: "video",
  audio_file: "audio file",
};

/** Is a sticker a picture that a client can show? An animated one is none; of one that is not there nobody knows. */
export function isPicture(message: Fields): boolean {
  const path = message.anyText("file") ?? "";
  return NOT_INCLUDED.test(path) || /\.(?:webp|png)$/i.test(path);
}

/** The files of a chat, which lie in folders beside its document. */
export class TelegramFiles {
  readonly #files: ExportFiles;
  readonly #folder: string;

  constructor(files: ExportFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** All files of a message. */
  of(message: Fields): ForeignFile[] {
    const [photo, file, vcard] = [message.anyText("photo"), message.anyText("file"), message.anyText("contact_vcard")];
    const [width, height] = [message.number("width"), message.number("height")];
    const seconds = message.number("duration_seconds");
    const info: JsonObject = {
      ...(width && { w: width }),
      ...(height && { h: height }),
      ...(seconds && { duration: Math.round(seconds * 1000) }),
    };
    const found: ForeignFile[] = [];
    if (photo) found.push({ ...this.#file(message, photo, "photo"), info });
    if (file) found.push({ ...this.#document(message, file), info });
    if (vcard) found.push(this.#file(message, vcard, "contact"));
    const paid = message.objects("paid_media").flatMap((each) => each.anyText("photo", "file") ?? []);
    return [...found, ...paid.map((path) => this.#file(message, path, "paid media"))];
  }

  local(path: string | undefined): ExportFile | undefined {
    return path ? this.#files.file(this.#folder + path.replaceAll("\\", "/")) : undefined;
  }

  #document(message: Fields, path: string): ForeignFile {
    const kind = message.text("media_type") ?? "";
    const found = this.#file(message, path, KINDS[kind] ?? "file");
    const thumbnail = this.local(message.anyText("thumbnail"));
    const shown = thumbnail
      ? { ...found, thumbnail: { key: message.text("thumbnail") ?? "", file: thumbnail } }
      : found;
    if (kind === "voice_message") return { ...shown, kind: "voice" };
    // an animated sticker is no picture that a client could show
    const isPicture = NOT_INCLUDED.test(path) || /\.(?:webp|png)$/i.test(path);
    return kind === "sticker" && isPicture
      ? { ...shown, name: message.anyText("sticker_emoji") ?? found.name, kind }
      : shown;
  }

  #file(message: Fields, path: string, kind: string): ForeignFile {
    const isHere = !NOT_INCLUDED.test(path);
    const name = message.anyText("file_name") ?? (isHere ? path.slice(path.lastIndexOf("/") + 1) : kind);
    return { key: isHere ? path : `message/${message.id("id") ?? ""}/${kind}`, name, file: this.local(path) };
  }
}
