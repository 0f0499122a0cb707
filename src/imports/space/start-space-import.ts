import { startFromFile } from "../start/start-from-file.ts";
import type { StartImport, StartImportParts } from "../start-import.ts";
import { readCollection, requireForMany } from "./collection-intake.ts";
import { spaceImportParams } from "./space-import-params.ts";

/**
 * Takes a local collection over, verifies it whole, and queues the import of all of its rooms that may travel as one job; otherwise as
 * `StartImport`. Each room counts against the rooms that one user may have made within an hour.
 */
export function startSpaceImport(parts: StartImportParts): StartImport {
  return startFromFile(parts, {
    kind: "space_import",
    requireOptions: requireForMany,
    read: readCollection,
    nameOf: ({ name }) => name,
    async jobOf({ importingUser, found: { rooms, refused }, workspace = null }, { allow_plaintext = false }) {
      const params = spaceImportParams({ importing_user: importingUser, rooms, refused, allow_plaintext, workspace });
      return { params, room_id: null };
    },
  });
}
