import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import { base64Bytes, isBase64 } from "../base64.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Decrypts a secret of the account data (client-server API, "m.secret_storage.v1.aes-hmac-sha2"); undefined where it is malformed or
 * the key is another one.
 */
export async function openSecret(
  key: Bytes,
  name: string,
  encrypted: JsonValue | undefined,
): Promise<string | undefined> {
  const iv = base64Bytes(stringMember(encrypted, "iv"), 16);
  const mac = base64Bytes(stringMember(encrypted, "mac"), 32);
  const text = stringMember(encrypted, "ciphertext");
  if (iv === undefined || mac === undefined || text === undefined || !isBase64(text)) return undefined;
  const ciphertext = Buffer.from(text, "base64");
  const { cipher, verify } = await derived(key, name, "decrypt");
  if (!(await crypto.subtle.verify("HMAC", verify, Uint8Array.from(mac), ciphertext))) return undefined;
  const plain = await crypto.subtle.decrypt(counter(Uint8Array.from(iv)), cipher, ciphertext);
  return new TextDecoder().decode(plain);
}

/** Is it the key that this description (`m.secret_storage.key.…`) was made with? undefined where the description does not tell. */
export async function isKeyOf(key: Bytes, description: JsonValue): Promise<boolean | undefined> {
  const iv = base64Bytes(stringMember(description, "iv"), 16);
  const mac = base64Bytes(stringMember(description, "mac"), 32);
  if (iv === undefined || mac === undefined) return undefined;
  const { cipher, verify } = await derived(key, "", "encrypt");
  const zeros = await crypto.subtle.encrypt(counter(Uint8Array.from(iv)), cipher, new Uint8Array(32));
  return await crypto.subtle.verify("HMAC", verify, Uint8Array.from(mac), zeros);
}

/** The keys of one secret; their type has another name in Node than in browsers. */
async function derived(key: Bytes, info: string, use: "encrypt" | "decrypt") {
  const { subtle } = crypto;
  const material = await subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: Buffer.from(info) };
  const bits = await subtle.deriveBits(parameters, material, 512);
  const mac = { name: "HMAC", hash: "SHA-256" };
  return {
    cipher: await subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, [use]),
    verify: await subtle.importKey("raw", bits.slice(32), mac, false, ["verify"]),
  };
}

function counter(iv: Bytes): { name: string; counter: Bytes; length: number } {
  return { name: "AES-CTR", counter: iv, length: 64 };
}
