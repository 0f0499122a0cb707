import { isHtmlMember, replaceInlineMedia } from "./media-uris.ts";
import { isObject, objectMember, stringMember, type JsonObject, type JsonValue } from "./json.ts";

/** What a message says of an encrypted file (client-server API, "Sending encrypted attachments"): its address and how to open it. */
interface EncryptedFile {
  /** `mxc://…`, of the ciphertext */
  url: string;
  /** the AES-256 key, as base64url without padding */
  key: string;
  /** the counter block to begin with, as base64 */
  iv: string;
  /** of the ciphertext, as base64 */
  sha256: string;
}

/** The description of an encrypted file; undefined where it is none, or lacks something. */
function encryptedFile(value: JsonValue | undefined): EncryptedFile | undefined {
  const url = stringMember(value, "url");
  const key = stringMember(objectMember(value, "key"), "k");
  const iv = stringMember(value, "iv");
  const sha256 = stringMember(objectMember(value, "hashes"), "sha256");
  return url === undefined || key === undefined || iv === undefined || sha256 === undefined
    ? undefined
    : { url, key, iv, sha256 };
}

/** An encrypted file, and what its message says of it. */
export interface AttachedFile extends EncryptedFile {
  name?: string;
  mimetype?: string;
}

/** All encrypted files that a content describes, at any depth: of the message, its thumbnails, an edit, a gallery. */
export function encryptedFiles(value: JsonValue): AttachedFile[] {
  if (Array.isArray(value)) return value.flatMap(encryptedFiles);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([member, inner]) => {
    const file = encryptedFile(inner);
    return file ? [{ ...file, ...describedBy(value, member, inner) }] : encryptedFiles(inner);
  });
}

function describedBy(holder: JsonObject, member: string, file: JsonValue): Pick<AttachedFile, "name" | "mimetype"> {
  const info = { file: "info", thumbnail_file: "thumbnail_info" }[member];
  const name = member === "file" ? (stringMember(holder, "filename") ?? stringMember(holder, "body")) : undefined;
  const mimetype = stringMember(info === undefined ? file : objectMember(holder, info), "mimetype");
  return { ...(name !== undefined && { name }), ...(mimetype !== undefined && { mimetype }) };
}

/** Which member of a message takes the place of the description of an encrypted file, for the file itself. */
const PLAIN_NAMES: Readonly<Record<string, string>> = {
  file: "url",
  thumbnail_file: "thumbnail_url",
  // of an import: the original content, where it did not fit into the event
  content_file: "content_uri",
};
const ENCRYPTED_NAMES = Object.fromEntries(Object.entries(PLAIN_NAMES).map(([encrypted, plain]) => [plain, encrypted]));
/** What of a description opens the file. */
const OPENING = ["key", "iv", "hashes", "v"];

/**
 * A content as it would be had its files never been encrypted: `file` becomes `url`, `thumbnail_file` `thumbnail_url`; elsewhere a
 * description keeps its address alone. Where an address stands without a description, the other one takes its place.
 * @param files the address of each file in the bundle, by that in the content; others stay as they are
 */
export function withPlainFiles(content: JsonObject, files: ReadonlyMap<string, string>): JsonObject {
  return files.size === 0 ? content : (plain(content, files) as JsonObject);
}

function plain(value: JsonValue, files: ReadonlyMap<string, string>, isHtml = false): JsonValue {
  if (typeof value === "string")
    return isHtml ? replaceInlineMedia(value, (uri) => files.get(uri) ?? uri) : (files.get(value) ?? value);
  if (Array.isArray(value)) return value.map((item) => plain(item, files));
  if (!isObject(value)) return value;
  const members: [string, JsonValue][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const address = files.get(encryptedFile(inner)?.url ?? "");
    if (address === undefined) members.push([name, plain(inner, files, isHtmlMember(value, name))]);
    else if (Object.hasOwn(PLAIN_NAMES, name)) members.push([PLAIN_NAMES[name] as string, address]);
    else {
      const rest = Object.entries(inner as JsonObject).filter(([key]) => !OPENING.includes(key) && key !== "url");
      members.push([name, Object.fromEntries([...rest, ["url", address]])]);
    }
  }
  return Object.fromEntries(members);
}

/** The addresses in a content whose files are encrypted in encrypted rooms: its own file and thumbnail, at any depth. */
export function attachedAddresses(value: JsonValue): Set<string> {
  const found = new Set<string>();
  const walk = (here: JsonValue): void => {
    if (Array.isArray(here)) here.forEach(walk);
    else if (isObject(here))
      for (const [name, inner] of Object.entries(here)) {
        if (typeof inner !== "string") walk(inner);
        else if (Object.hasOwn(ENCRYPTED_NAMES, name)) found.add(inner);
      }
  };
  walk(value);
  return found;
}

/** The way back from `withPlainFiles`. @param files descriptions of encrypted files, by their address; others stay as they are */
export function withEncryptedFiles(content: JsonObject, files: ReadonlyMap<string, JsonObject>): JsonObject {
  return files.size === 0 ? content : (encrypted(content, files) as JsonObject);
}

function encrypted(value: JsonValue, files: ReadonlyMap<string, JsonObject>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => encrypted(item, files));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]): [string, JsonValue] => {
      const file = typeof inner === "string" && Object.hasOwn(ENCRYPTED_NAMES, name) ? files.get(inner) : undefined;
      return file ? [ENCRYPTED_NAMES[name] as string, file] : [name, encrypted(inner, files)];
    }),
  );
}
