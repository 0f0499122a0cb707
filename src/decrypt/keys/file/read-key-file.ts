import { parseJson, type JsonValue } from "../../../matrix/json.ts";
import { KeyError } from "../key-error.ts";
import { RoomKeys } from "../room-keys.ts";
import { unarmored } from "./key-armor.ts";
import { decryptKeyExport } from "./key-cipher.ts";

/** A session takes about 1 KB of a key file: this is room for 125,000. */
const MOST_KEY_FILE_BYTES = 128 * 1024 * 1024;

/**
 * Reads a file of exported room keys, as Element, nheko, FluffyChat, matrix-nio, mautrix and others write it (client-server API, "Key
 * exports"). Sessions that are no use are left out and counted.
 * @throws KeyError
 */
export async function readKeyFile(file: Uint8Array, passphrase: string): Promise<RoomKeys> {
  requireKeyFileSize(file.length);
  const sessions = parsed(await decryptKeyExport(unarmored(file), passphrase));
  if (!Array.isArray(sessions)) throw new KeyError("key_file_content");
  const keys = new RoomKeys();
  for (const session of sessions) keys.addParsed(session);
  return keys;
}

/** To be asked before a file is read. @throws KeyError key_file_too_large */
export function requireKeyFileSize(bytes: number): void {
  if (bytes > MOST_KEY_FILE_BYTES)
    throw new KeyError("key_file_too_large", `(${bytes} bytes; at most ${MOST_KEY_FILE_BYTES})`);
}

function parsed(plain: Uint8Array): JsonValue {
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(plain));
  } catch {
    // its message would hold a piece of the text
    throw new KeyError("key_file_content");
  }
}
