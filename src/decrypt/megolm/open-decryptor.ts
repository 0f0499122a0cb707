import { setImmediate as turn } from "node:timers/promises";
import type { Decryptor } from "../decryptor.ts";
import type { RoomKeys } from "../keys/room-keys.ts";
import { MegolmDecryptor } from "./megolm-decryptor.ts";
import { MegolmMachine } from "./megolm-machine.ts";

/** A decryptor with these keys: close it. */
export async function openDecryptor(keys: RoomKeys): Promise<Decryptor> {
  return new MegolmDecryptor(keys, await MegolmMachine.start(), turn);
}
