import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import type { SampleRoom } from "../../unit/bundle/sample.ts";
import { MegolmSession, type ExportedSession } from "./megolm-session.ts";

/** What clients never encrypt. */
const IN_CLEAR = ["m.reaction", "m.room.redaction", "m.room.encrypted"];
const PLAIN_TO_SEALED: Readonly<Record<string, string>> = { url: "file", thumbnail_url: "thumbnail_file" };

/** A room whose messages are encrypted, each by a session of its sender, and what opens them. */
export interface SealedTwin {
  room: SampleRoom;
  sessions: ExportedSession[];
  /** bytes of encrypted files, by their addresses */
  files: Map<string, Buffer>;
  sealed: number;
}

/**
 * The same room as clients would have sent it encrypted: every message, poll and vote in a ciphertext with its relation beside it, files
 * encrypted with their addresses inside; state, reactions and redactions in clear.
 */
export function sealedTwin(plain: SampleRoom): SealedTwin {
  const sessions = new Map<string, MegolmSession>();
  const exported: ExportedSession[] = [];
  const sealer = new FileSealer(plain);
  const sessionOf = (sender: string): MegolmSession => {
    const session = sessions.get(sender) ?? new MegolmSession(plain.roomId);
    if (!sessions.has(sender)) exported.push(session.exported());
    sessions.set(sender, session);
    return session;
  };
  let sealed = 0;
  const events = plain.events.map((event): BundleEvent => {
    if (event.state_key !== undefined || IN_CLEAR.includes(event.type) || event.unsigned) return event;
    const { "m.relates_to": relation, ...rest } = event.content;
    const inside = sealer.seal(sealed % 2 === 0 ? event.content : rest) as JsonObject;
    sealed++;
    const ciphertext = sessionOf(event.sender).encrypt(event.type, inside);
    const content = { ...ciphertext, ...(relation !== undefined && { "m.relates_to": relation }) };
    return { ...event, type: "m.room.encrypted", content };
  });
  const media = plain.media.filter(({ uri }) => JSON.stringify(events).includes(uri));
  const room: SampleRoom = { ...plain, events, media };
  room.head = (head) => (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
  return { room, sessions: exported, files: sealer.files, sealed };
}

/** Encrypts the files that contents name. */
class FileSealer {
  readonly files = new Map<string, Buffer>();
  readonly #plain: Map<string, Buffer>;

  constructor({ media }: SampleRoom) {
    this.#plain = new Map(media.map(({ uri, bytes }) => [uri, bytes]));
  }

  /** The same content, in which each file is described by its ciphertext. */
  seal(value: JsonValue): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.seal(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]): [string, JsonValue] => {
        const sealedName = PLAIN_TO_SEALED[name];
        const bytes = typeof inner === "string" ? this.#plain.get(inner) : undefined;
        return sealedName !== undefined && bytes ? [sealedName, this.#describe(bytes)] : [name, this.seal(inner)];
      }),
    );
  }

  #describe(bytes: Buffer): JsonObject {
    const [key, iv] = [randomBytes(32), randomBytes(16)];
    const sealed = createCipheriv("aes-256-ctr", key, iv).update(bytes);
    const url = `mxc://acme.test/sealed${this.files.size}`;
    this.files.set(url, sealed);
    return {
      ...{ url, v: "v2", iv: iv.toString("base64").replace(/=+$/, "") },
      key: { k: key.toString("base64url"), kty: "oct", alg: "A256CTR", ext: true, key_ops: ["encrypt", "decrypt"] },
      hashes: { sha256: createHash("sha256").update(sealed).digest("base64").replace(/=+$/, "") },
    };
  }
}
