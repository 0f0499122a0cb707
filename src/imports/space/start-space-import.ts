import { startFromFile } from "../start/start-from-file.ts";
import type { StartImport, StartImportParts } from "../start-import.ts";
import { joinedIn, oneRoomOf, readCollection } from "./collection-intake.ts";
import type { SpaceImportOptions } from "./options.ts";
import { spaceImportParams } from "./space-import-params.ts";

/**
 * Takes a local collection over, verifies it whole, and queues the import of all of its rooms that may travel as one job; otherwise as
 * `StartImport`. Each room counts against the rooms that one user may have made within an hour.
 */
export function startSpaceImport(parts: StartImportParts): StartImport<SpaceImportOptions> {
  return startFromFile(parts, {
    kind: "space_import",
    read: readCollection,
    roomsOf: (found, options) => found.rooms.length - joinedIn(found, options),
    nameOf: ({ name }) => name,
    async jobOf({ importingUser, found, workspace = null }, options) {
      const params = spaceImportParams({
        importing_user: importingUser,
        rooms: found.rooms,
        one_room: oneRoomOf(found, options),
        refused: found.refused,
        allow_plaintext: options.allow_plaintext ?? false,
        workspace,
      });
      return { params, room_id: null };
    },
  });
}
