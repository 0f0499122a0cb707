import type { JsonObject } from "../../matrix/json.ts";

/** A device that can decrypt what was encrypted with a key that it has been sent. */
export interface ReaderDevice {
  user_id: string;
  device_id: string;
}

/**
 * A device of the service user that encrypts what it sends into rooms, in memory, for one run of an import: once that has ended nobody can
 * give its keys out, so that each goes to the devices of the readers before anything is encrypted with it.
 */
export interface RoomEncryption extends AsyncDisposable {
  /** The devices of these users that have keys to encrypt for. @throws HomeserverError */
  devicesOf(userIds: readonly string[]): Promise<ReaderDevice[]>;
  /** Takes a new key for the room, and sends it to every device that these users have now; gives these. @throws HomeserverError */
  shareNewKey(roomId: string, userIds: readonly string[]): Promise<ReaderDevice[]>;
  /** The content of `m.room.encrypted` for an event, by the newest key of the room. */
  encrypt(roomId: string, type: string, content: JsonObject): Promise<JsonObject>;
  /** Removes the device from the homeserver. Never rejects. */
  [Symbol.asyncDispose](): Promise<void>;
}
