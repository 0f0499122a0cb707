// The two loops of the subject `decrypt`, each in a process of its own: decrypt-loops.ts product|bare EVENTS KEYS
import { readFileSync } from "node:fs";
import {
  DecryptionSettings,
  DeviceId,
  initAsync,
  OlmMachine,
  RoomId,
  TrustRequirement,
  UserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { RoomKeys } from "../src/decrypt/keys/room-keys.ts";
import { openDecryptor } from "../src/decrypt/megolm/open-decryptor.ts";
import type { JsonObject } from "../src/matrix/json.ts";
import { ROOM } from "./decrypt.ts";

const BATCH = 500;

const [how, eventsFile = "", keysFile = ""] = process.argv.slice(2);
const lines = readFileSync(eventsFile, "utf8").trimEnd().split("\n");
const opened = how === "product" ? await product() : await bare();
if (opened !== lines.length) throw new Error(`${opened} of ${lines.length} events were opened`);

/** As `bundle decrypt` does it: events as they are read, in batches. */
async function product(): Promise<number> {
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
async function bare(): Promise<number> {
  await initAsync();
  const machine = await OlmMachine.initialize(new UserId("@bare:localhost"), new DeviceId("BARE"));
  await machine.importExportedRoomKeys(readFileSync(keysFile, "utf8"), () => undefined);
  const settings = new DecryptionSettings(TrustRequirement.Untrusted);
  const room = new RoomId(ROOM);
  let count = 0;
  for (const line of lines) if ((await machine.decryptRoomEvent(line, room, settings)).event !== "") count++;
  return count;
}
