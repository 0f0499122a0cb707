import {
  createCipheriv,
  createHmac,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  type KeyObject,
} from "node:crypto";
import type { JsonObject } from "../../../src/matrix/json.ts";

/** An exported session, with members that the specification does not name where a test adds them. */
export type ExportedSession = JsonObject & { room_id: string; session_id: string; session_key: string };

/**
 * A megolm session that encrypts whatever it is given, valid or not: written after the specification of megolm alone, so that what the
 * product reads does not come from the library that reads it.
 */
export class MegolmSession {
  readonly roomId: string;
  readonly id: string;
  readonly senderKey = unpadded(randomBytes(32));
  readonly #signingKey: KeyObject;
  readonly #publicKey: Buffer;
  /** the four parts of the ratchet */
  #ratchet = Array.from({ length: 4 }, () => randomBytes(32) as Buffer);
  #index = 0;

  constructor(roomId: string) {
    this.roomId = roomId;
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.#signingKey = privateKey;
    this.#publicKey = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
    this.id = unpadded(this.#publicKey);
  }

  /** The session as it is now: it opens what is encrypted from here on. */
  exported(): ExportedSession {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(this.#index);
    return {
      algorithm: "m.megolm.v1.aes-sha2",
      room_id: this.roomId,
      sender_key: this.senderKey,
      session_id: this.id,
      session_key: unpadded(Buffer.concat([Buffer.of(1), index, ...this.#ratchet, this.#publicKey])),
      sender_claimed_keys: { ed25519: unpadded(randomBytes(32)) },
      forwarding_curve25519_key_chain: [],
    };
  }

  /** Content of an `m.room.encrypted` event that holds this event. */
  encrypt(type: string, content: JsonObject, extras: JsonObject = {}): JsonObject {
    return this.encryptBytes(Buffer.from(JSON.stringify({ type, content, room_id: this.roomId, ...extras })));
  }

  /** The same around any bytes. */
  encryptBytes(plain: Buffer): JsonObject {
    const derived = Buffer.from(hkdfSync("sha256", Buffer.concat(this.#ratchet), "", "MEGOLM_KEYS", 80));
    const cipher = createCipheriv("aes-256-cbc", derived.subarray(0, 32), derived.subarray(64));
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    const message = Buffer.concat([
      Buffer.of(3, 0x08, ...varint(this.#index), 0x12, ...varint(encrypted.length)),
      encrypted,
    ]);
    const mac = createHmac("sha256", derived.subarray(32, 64)).update(message).digest().subarray(0, 8);
    const signed = Buffer.concat([message, mac]);
    this.#advance();
    return {
      algorithm: "m.megolm.v1.aes-sha2",
      ciphertext: unpadded(Buffer.concat([signed, sign(null, signed, this.#signingKey)])),
      device_id: "DEVICE",
      sender_key: this.senderKey,
      session_id: this.id,
    };
  }

  #advance(): void {
    this.#index++;
    // part 0 is renewed every 2^24 messages, part 1 every 2^16, part 2 every 2^8, part 3 each time
    const from = [0xffffff, 0xffff, 0xff, 0].findIndex((mask) => (this.#index & mask) === 0);
    const source = this.#ratchet[from] ?? Buffer.alloc(0);
    this.#ratchet = this.#ratchet.map((part, i) =>
      i < from ? part : createHmac("sha256", source).update(Buffer.of(i)).digest(),
    );
  }
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** Unpadded base64. */
function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
