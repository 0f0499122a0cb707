import { createWriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { decryptBundle } from "../../../src/decrypt/decrypt-bundle.ts";
import { RoomKeys } from "../../../src/decrypt/keys/room-keys.ts";
import { openDecryptor } from "../../../src/decrypt/megolm/open-decryptor.ts";
import type { MemoryHomeserver } from "../fakes/memory-homeserver/homeserver.ts";

const { signal } = new AbortController();

/** Decrypts an export with the keys that a device was sent, with its files. @throws Error where they do not open all of it */
export async function decryptedFor(deviceId: string, homeserver: MemoryHomeserver, file: string): Promise<string> {
  const keys = new RoomKeys();
  for (const key of homeserver.devices.keys.get(deviceId) ?? []) keys.addParsed(key);
  const to = join(dirname(file), "decrypted.zip");
  const decryptor = await openDecryptor(keys);
  const files = async (uri: string): Promise<AsyncIterable<Buffer>> => (await homeserver.download(uri, signal)).body;
  try {
    const { encrypted, decrypted } = await decryptBundle(file, { decryptor, files, folder: dirname(file) }, (write) =>
      write(createWriteStream(to)),
    );
    if (decrypted !== encrypted) throw new Error(`${decrypted} of ${encrypted} events were decrypted`);
    return to;
  } finally {
    await decryptor.close();
  }
}
