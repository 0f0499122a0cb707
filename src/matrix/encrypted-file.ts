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
const PLAIN_NAMES: Readonly<Record<string, string>> = { file: "url", thumbnail_file: "thumbnail_url" };
/** What of a description opens the file. */
const OPENING = ["key", "iv", "hashes", "v"];

/**
 * A content as it would be had its files never been encrypted: `file` becomes `url`, `thumbnail_file` `thumbnail_url`; elsewhere a
 * description keeps its address alone. @param files the address of each plain file, by that of its ciphertext; others stay as they are
 */
export function withPlainFiles(content: JsonObject, files: ReadonlyMap<string, string>): JsonObject {
  return files.size === 0 ? content : (plain(content, files) as JsonObject);
}

function plain(value: JsonValue, files: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => plain(item, files));
  if (!isObject(value)) return value;
  const members: [string, JsonValue][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const address = files.get(encryptedFile(inner)?.url ?? "");
    if (address === undefined) members.push([name, plain(inner, files)]);
    else if (Object.hasOwn(PLAIN_NAMES, name)) members.push([PLAIN_NAMES[name] as string, address]);
    else {
      const rest = Object.entries(inner as JsonObject).filter(([key]) => !OPENING.includes(key) && key !== "url");
      members.push([name, Object.fromEntries([...rest, ["url", address]])]);
    }
  }
  return Object.fromEntries(members);
}
