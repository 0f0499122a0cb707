import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import bs58 from "bs58";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { ExportedSession } from "./megolm-session.ts";

const SPKI_HEAD = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");

/** A key backup as it lies on a homeserver, and what opens it. */
export interface KeyBackup {
  recoveryKey: string;
  /** body of `POST /room_keys/version` */
  version: JsonObject;
  /** body of `PUT /room_keys/keys/{roomId}?version=` */
  keys(sessions: readonly ExportedSession[]): JsonObject;
}

/**
 * Makes a key backup whose recovery key is its own key, as those from before secret storage: written after the specification
 * (client-server API, "m.megolm_backup.v1.curve25519-aes-sha2") alone. @param secret the 32 bytes of the key
 */
export function keyBackup(secret: Uint8Array = randomBytes(32)): KeyBackup {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), type: "pkcs8", format: "der" });
  const publicKey = createPublicKey(privateKey);
  const open = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const seal = (session: ExportedSession): JsonObject => {
    const ephemeral = generateKeyPairSync("x25519");
    const other = createPublicKey({ key: Buffer.concat([SPKI_HEAD, open]), type: "spki", format: "der" });
    const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: other });
    const derived = Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(32), "", 80));
    const cipher = createCipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(64));
    const { room_id: _room, session_id: _id, ...data } = session;
    const ciphertext = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()]);
    return {
      ephemeral: unpadded(ephemeral.publicKey.export({ type: "spki", format: "der" }).subarray(-32)),
      ciphertext: unpadded(ciphertext),
      // of nothing: what the first library did, and so what all do
      mac: unpadded(createHmac("sha256", derived.subarray(32, 64)).update("").digest().subarray(0, 8)),
    };
  };
  return {
    recoveryKey: recoveryKeyOf(secret),
    version: {
      algorithm: "m.megolm_backup.v1.curve25519-aes-sha2",
      auth_data: { public_key: unpadded(open), signatures: {} },
    },
    keys: (sessions) => ({
      sessions: Object.fromEntries(
        sessions.map((session) => [
          session.session_id,
          { first_message_index: 0, forwarded_count: 0, is_verified: true, session_data: seal(session) },
        ]),
      ),
    }),
  };
}

/** A recovery key as people have it written down, of a key of 32 bytes. */
export function recoveryKeyOf(key: Uint8Array = randomBytes(32)): string {
  const bytes = [0x8b, 0x01, ...key];
  const parity = bytes.reduce((sum, byte) => sum ^ byte, 0);
  return bs58
    .encode(Uint8Array.from([...bytes, parity]))
    .replaceAll(/.{4}/g, "$& ")
    .trim();
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
