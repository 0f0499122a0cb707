import bs58 from "bs58";
import { KeyError } from "../key-error.ts";

const PREFIX = [0x8b, 0x01];
const KEY_LENGTH = 32;

/**
 * The 32 bytes of a recovery key as people have it written down (client-server API, "Recovery key"): base58 with spaces anywhere, two
 * bytes in front, and a parity byte at the end.
 * @throws KeyError
 */
export function parseRecoveryKey(text: string): Uint8Array<ArrayBuffer> {
  const bytes = bs58.decodeUnsafe(text.replaceAll(/\s+/g, ""));
  if (bytes === undefined) throw new KeyError("recovery_key_malformed");
  if (bytes.length !== PREFIX.length + KEY_LENGTH + 1 || PREFIX.some((byte, i) => bytes[i] !== byte))
    throw new KeyError("recovery_key_malformed");
  if (bytes.reduce((parity, byte) => parity ^ byte, 0) !== 0) throw new KeyError("recovery_key_malformed");
  return Uint8Array.from(bytes.subarray(PREFIX.length, -1));
}
