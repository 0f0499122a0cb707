import { KeyError } from "../key-error.ts";

/** Element writes 500,000 rounds, mautrix 100,000, matrix-nio 10,000; twenty times the most common takes a few seconds. */
const MOST_ROUNDS = 10_000_000;
const SALT = 1;
const IV = SALT + 16;
const ROUNDS = IV + 16;
const CIPHERTEXT = ROUNDS + 4;
const MAC_LENGTH = 32;

/**
 * Decrypts a key export (client-server API, "Key exports"): version, salt, IV, rounds, AES-CTR ciphertext, HMAC-SHA-256; both keys by
 * PBKDF2 with HMAC-SHA-512. The derivation runs on a thread of its own.
 * @throws KeyError
 */
export async function decryptKeyExport(data: Buffer<ArrayBuffer>, passphrase: string): Promise<Uint8Array> {
  if (data.length < CIPHERTEXT + MAC_LENGTH) throw new KeyError("key_file_short");
  if (data[0] !== 1) throw new KeyError("key_file_version", `(version ${data[0]})`);
  const rounds = data.readUInt32BE(ROUNDS);
  if (rounds < 1 || rounds > MOST_ROUNDS)
    throw new KeyError("key_file_rounds", `(${rounds}; allowed are 1 to ${MOST_ROUNDS})`);
  for (const password of passwords(passphrase)) {
    const plain = await opened(data, password, rounds);
    if (plain !== undefined) return plain;
  }
  throw new KeyError("key_file_passphrase");
}

/** The bytes that a passphrase may stand for: UTF-8 by the specification; Latin-1 is what matrix-nio takes, as far as that goes. */
function passwords(passphrase: string): Buffer<ArrayBuffer>[] {
  const utf8 = Buffer.from(passphrase, "utf8");
  const isLatin1 = /^[\0-\u00ff]*$/.test(passphrase) && utf8.length > passphrase.length;
  return isLatin1 ? [utf8, Buffer.from(passphrase, "latin1")] : [utf8];
}

async function opened(
  data: Buffer<ArrayBuffer>,
  password: Buffer<ArrayBuffer>,
  rounds: number,
): Promise<Uint8Array | undefined> {
  const { subtle } = crypto;
  const material = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const salt = data.subarray(SALT, IV);
  const keys = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations: rounds }, material, 512);
  const macKey = await subtle.importKey("raw", keys.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const [signed, mac] = [data.subarray(0, -MAC_LENGTH), data.subarray(-MAC_LENGTH)];
  if (!(await subtle.verify("HMAC", macKey, mac, signed))) return undefined;
  const cipherKey = await subtle.importKey("raw", keys.slice(0, 32), "AES-CTR", false, ["decrypt"]);
  const counter = { name: "AES-CTR", counter: data.subarray(IV, ROUNDS), length: 128 };
  return new Uint8Array(await subtle.decrypt(counter, cipherKey, signed.subarray(CIPHERTEXT)));
}
