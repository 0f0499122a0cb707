import type { IMPORTED_SENDER } from "../../matrix/names.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import type { BundleSignature } from "../signature.ts";
import type { JsonObject, JsonValue } from "../../matrix/json.ts";

/** The manifest of a bundle, version 1: see docs/bundle-format.md. */
export const FORMAT = "io.roomporter.bundle";
export const FORMAT_VERSION = 1;

export type RoomType = "group" | "direct" | "space" | "sidekick" | "bridge" | "federated";
export type ScopeKind = "normal" | "incognito";

/** Who really wrote an event: beside its content, and in `senders`. */
export interface ImportedSender {
  user_id: string;
  display_name: string | null;
  /** `mxc://` URI, to be looked up in `media` */
  avatar: string | null;
}

export interface ManifestRoom {
  name: string | null;
  topic: string | null;
  /** `mxc://` URI */
  avatar: string | null;
  type: RoomType;
  scope: { scope_kind: ScopeKind };
  visibility: "public" | "private" | "restricted";
  /** milliseconds since the epoch */
  created_at: number | null;
  creator: string | null;
  room_version: string;
  /** in a room that an import made: the user who sent everything that was imported */
  imported_by?: string;
}

/** Something that this bundle leaves out; members beyond `kind` say what. */
export interface CoverageLimit {
  kind: "visibility" | "date_range" | "senders" | "thread" | "media" | "since_bundle";
  [detail: string]: JsonValue;
}
export interface Coverage {
  complete: boolean;
  limits: CoverageLimit[];
  /** files of encrypted events are not in it: only the keys of the room show which there are */
  without_encrypted_files?: true;
}

export interface Counts {
  events: number;
  by_type: Record<string, number>;
  senders: number;
  media_files: number;
  media_bytes: number;
  ledger: number;
}

export interface Sender {
  display_name: string | null;
  avatar: { uri: string; sha256: string | null } | null;
  /** not a user of the source server, or known from an earlier import only */
  foreign: boolean;
  [IMPORTED_SENDER]?: ImportedSender;
}

export interface MediaEntry {
  /** bytes */
  size: number;
  mimetype: string;
  names: string[];
  uris: string[];
  /** the plain bytes of an encrypted file: added when the bundle was decrypted */
  decrypted?: true;
}

/** A page in the bundle to read it with: see docs/bundle-format.md, "`viewer`". */
export interface Viewer {
  /** hexadecimal */
  sha256: string;
  /** bytes */
  size: number;
}

/** Something that could not be carried, or not as it was, and why. */
export interface LedgerEntry {
  code: string;
  message: string;
  event_id?: string;
  uri?: string;
}

/** What a ciphertext held, beside the encrypted event: added by whoever has the keys, and proven by nobody. */
export interface Decrypted {
  type: string;
  /** as it was encrypted */
  content: JsonObject;
  session_id: string;
  /** curve25519 key of the device that made the session, as the keys say */
  sender_key?: string;
  /** the address of each plain file in this bundle, by that of its ciphertext */
  files?: Record<string, string>;
}

/** What was added to an exported bundle when it was decrypted, so that it can be taken away again. */
export interface Decryption {
  /** events with a ciphertext, and how many of them have a `decrypted` */
  encrypted: number;
  decrypted: number;
  /** so many entries at the end of the ledger were added */
  ledger: number;
  exported: {
    /** of `manifest.json`, hexadecimal */
    manifest_sha256: string;
    coverage: Coverage;
    counts: Counts;
    /** by which the exported bundle was signed: the comment of its archive */
    signature?: BundleSignature & { type: string; algorithm: string };
  };
}

/** An event of the bundle: as the homeserver served it, with its author beside it where that is not simply the sender. */
export interface BundleEvent extends ClientEvent {
  [IMPORTED_SENDER]?: ImportedSender;
  decrypted?: Decrypted;
}

/** Everything but the events; read and written before them. */
export interface ManifestHead {
  format: typeof FORMAT;
  format_version: typeof FORMAT_VERSION;
  generator: string;
  /** RFC 3339, UTC */
  exported_at: string;
  exported_by: string;
  source: { server_name: string; room_id: string };
  room: ManifestRoom;
  coverage: Coverage;
  counts: Counts;
  /** the page `viewer.html`, where the bundle brings one along */
  viewer?: Viewer;
  /** where it was decrypted after it was exported */
  decryption?: Decryption;
  senders: Map<string, Sender>;
  /** by SHA-256, hexadecimal */
  media: Map<string, MediaEntry>;
  ledger: LedgerEntry[];
  state: BundleEvent[];
}
