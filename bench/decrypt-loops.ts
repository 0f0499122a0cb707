// The loops of the subject `decrypt`, each in a process of its own: decrypt-loops.ts product|bare EVENTS KEYS, or product|bare FILE
import { createDecipheriv, createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import {
  DecryptionSettings,
  DeviceId,
  initAsync,
  OlmMachine,
  RoomId,
  TrustRequirement,
  UserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { DecryptedFiles } from "../src/decrypt/decrypted-files.ts";
import { RoomKeys } from "../src/decrypt/keys/room-keys.ts";
import { openDecryptor } from "../src/decrypt/megolm/open-decryptor.ts";
import { ScratchFile } from "../src/decrypt/scratch-file.ts";
import type { JsonObject } from "../src/matrix/json.ts";
import { FILE_KEY, ROOM } from "./decrypt.ts";

const BATCH = 500;

const CHUNK = { highWaterMark: 64 * 1024 };

const [how, input = "", keysFile] = process.argv.slice(2);
if (keysFile === undefined) await (how === "product" ? fileByProduct() : fileByNode());
else {
  const lines = readFileSync(input, "utf8").trimEnd().split("\n");
  const opened = how === "product" ? await product(lines, keysFile) : await bare(lines, keysFile);
  if (opened !== lines.length) throw new Error(`${opened} of ${lines.length} events were opened`);
}

/** As `bundle decrypt` takes a file in: checked, decrypted, and kept on its way into the bundle. */
async function fileByProduct(): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(input, CHUNK)) hash.update(chunk as Buffer);
  const scratch = await ScratchFile.create(tmpdir());
  const source = async (): Promise<AsyncIterable<Buffer>> => createReadStream(input, CHUNK);
  const files = new DecryptedFiles(scratch, { media: new Map(), ledger: [] }, source);
  const [key, iv] = FILE_KEY.map((bytes) => bytes.toString("base64")) as [string, string];
  const found = await files.take({ url: "mxc://x/file", key, iv, sha256: hash.digest("base64") }, "$event");
  await scratch.close();
  if (typeof found !== "string") throw new Error(found.message);
}

/** The same by Node alone: two reads, AES-CTR, and the SHA-256 that the message names and that the bundle will have. */
async function fileByNode(): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(input, CHUNK)) hash.update(chunk as Buffer);
  const [cipherHash, plainHash] = [createHash("sha256"), createHash("sha256")];
  const decipher = createDecipheriv("aes-256-ctr", ...FILE_KEY);
  for await (const chunk of createReadStream(input, CHUNK)) {
    cipherHash.update(chunk as Buffer);
    plainHash.update(decipher.update(chunk as Buffer));
  }
  if (!cipherHash.digest().equals(hash.digest())) throw new Error("the file has changed");
}

/** As `bundle decrypt` does it: events as they are read, in batches. */
async function product(lines: readonly string[], keysFile: string): Promise<number> {
  const keys = new RoomKeys();
  for (const key of JSON.parse(readFileSync(keysFile, "utf8")) as JsonObject[]) keys.addParsed(key);
  const decryptor = await openDecryptor(keys);
  let count = 0;
  for (let from = 0; from < lines.length; from += BATCH) {
    const events = lines.slice(from, from + BATCH).map((line) => JSON.parse(line) as JsonObject);
    for (const event of await decryptor.openBatch(ROOM, events)) if (event.kind === "opened") count++;
  }
  await decryptor.close();
  return count;
}

/** The least that it can be: all keys at once, then one event after the other. */
async function bare(lines: readonly string[], keysFile: string): Promise<number> {
  await initAsync();
  const machine = await OlmMachine.initialize(new UserId("@bare:localhost"), new DeviceId("BARE"));
  await machine.importExportedRoomKeys(readFileSync(keysFile, "utf8"), () => undefined);
  const settings = new DecryptionSettings(TrustRequirement.Untrusted);
  const room = new RoomId(ROOM);
  let count = 0;
  for (const line of lines) if ((await machine.decryptRoomEvent(line, room, settings)).event !== "") count++;
  return count;
}
