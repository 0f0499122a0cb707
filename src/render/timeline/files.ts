import { member, objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Files } from "./timeline.ts";

/** Message types that carry one file. */
const FILE_TYPES: readonly string[] = ["m.image", "m.video", "m.audio", "m.file"];
/** A message with several files (MSC4274). */
const GALLERY_TYPES: readonly string[] = ["m.gallery", "dm.filament.gallery"];

/** A file of a message. */
export interface MessageFile {
  /** what kind of file its sender says that it is */
  kind: "image" | "video" | "audio" | "file" | "sticker";
  name: string;
  /** SHA-256; undefined where the bundle does not hold it */
  sha256: string | undefined;
  /** of the pictures and films, in pixels, as its sender says */
  size: { width: number; height: number } | undefined;
  isEncrypted: boolean;
}

/** What a message with files holds: the files, and the words that go with them. */
export interface MessageFiles {
  files: MessageFile[];
  /** does its body say something beside a file's name? */
  hasCaption: boolean;
}

/** The files of a message; undefined where it is none that carries files. */
export function messageFiles(type: string, content: JsonObject, files: Files): MessageFiles | undefined {
  if (type === "m.sticker") return { files: [fileOf("m.sticker", content, files)], hasCaption: false };
  const msgtype = stringMember(content, "msgtype") ?? "";
  const body = stringMember(content, "body") ?? "";
  if (FILE_TYPES.includes(msgtype)) {
    const filename = stringMember(content, "filename");
    return {
      files: [fileOf(msgtype, content, files)],
      hasCaption: filename !== undefined && body !== "" && body !== filename,
    };
  }
  if (!GALLERY_TYPES.includes(msgtype)) return undefined;
  const items = member(content, "itemtypes");
  const found = (Array.isArray(items) ? items : []).flatMap((item) => {
    const itemType = stringMember(item, "itemtype");
    return itemType !== undefined && FILE_TYPES.includes(itemType) ? [fileOf(itemType, item as JsonObject, files)] : [];
  });
  return { files: found, hasCaption: body !== "" };
}

function fileOf(type: string, content: JsonObject, files: Files): MessageFile {
  const encrypted = objectMember(content, "file");
  const uri = stringMember(content, "url") ?? stringMember(encrypted, "url");
  const info = objectMember(content, "info");
  const [width, height] = [member(info, "w"), member(info, "h")];
  return {
    kind: type.slice("m.".length) as MessageFile["kind"],
    name: stringMember(content, "filename") || stringMember(content, "body") || "file",
    sha256: uri !== undefined && Object.hasOwn(files, uri) ? files[uri] : undefined,
    size: isLength(width) && isLength(height) ? { width, height } : undefined,
    isEncrypted: encrypted !== undefined,
  };
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 20_000;
}
