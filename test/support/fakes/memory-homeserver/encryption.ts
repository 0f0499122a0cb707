import type { JsonObject } from "../../../../src/matrix/json.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import type { ReaderDevice, RoomEncryption } from "../../../../src/ports/homeserver/room-encryption.ts";
import { MegolmSession, type ExportedSession } from "../../megolm/megolm-session.ts";

/** What a homeserver in memory knows of devices. */
export class MemoryDevices {
  /** ids of those that have keys, by user */
  readonly ofUsers = new Map<string, string[]>();
  /** sessions that these were sent, by device id */
  readonly keys = new Map<string, ExportedSession[]>();
  /** of the service user, for imports that are under way */
  readonly ofImports = new Set<string>();
  /** false: application services have none */
  forServices = true;

  /** A device of the service user. @throws HomeserverError */
  encryption(importId: string): RoomEncryption {
    if (!this.forServices) throw new HomeserverError(404, "M_UNRECOGNIZED", "Unrecognized request");
    this.ofImports.add(importId);
    const sessions = new Map<string, MegolmSession>();
    const devicesOf = async (userIds: readonly string[]): Promise<ReaderDevice[]> =>
      userIds.flatMap((userId) =>
        (this.ofUsers.get(userId) ?? []).map((deviceId) => ({ user_id: userId, device_id: deviceId })),
      );
    return {
      devicesOf,
      shareNewKey: async (roomId, userIds) => {
        const session = new MegolmSession(roomId);
        sessions.set(roomId, session);
        const devices = await devicesOf(userIds);
        for (const { device_id: id } of devices) this.keys.set(id, [...(this.keys.get(id) ?? []), session.exported()]);
        return devices;
      },
      encrypt: async (roomId, type, content): Promise<JsonObject> => {
        const session = sessions.get(roomId);
        if (!session) throw new Error("there is no key yet");
        const relation = content["m.relates_to"];
        return { ...session.encrypt(type, content), ...(relation !== undefined && { "m.relates_to": relation }) };
      },
      [Symbol.asyncDispose]: async () => void this.ofImports.delete(importId),
    };
  }
}
