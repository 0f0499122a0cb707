import { queueWithBundle } from "../../exports/kept/queue-with-bundle.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import { actorOf, type Caller } from "../../requests/requester.ts";
import { sizeOfFile } from "../../requests/storage/spool-file.ts";
import type { Job } from "../../ports/job-store.ts";
import type { ImportOptions } from "../options.ts";
import { startFromFile, workspaceOf, type StartImport, type StartImportParts } from "../start-import.ts";
import { requireDates } from "../require-dates.ts";
import { requireFreePlace, userFor } from "../admit-import.ts";
import { requireGoodCollection, requireNoInvitations } from "./collection-intake.ts";
import { spaceImportParams } from "./space-import-params.ts";

/**
 * Takes a local collection over, verifies it whole, and queues the import of all of its rooms that may travel as one job; otherwise as
 * `StartImport`. Each room counts against the rooms that one user may have made within an hour.
 */
export function startSpaceImport(parts: StartImportParts): StartImport {
  return startFromFile(parts, "space_import", start);
}

async function start(
  parts: StartImportParts,
  file: string,
  caller: Caller,
  options: ImportOptions & { requestId?: string },
): Promise<Job> {
  const { control, jobAccess, verifying, hourly, knownKeys, meter } = parts;
  const { userId } = caller;
  const id = jobIdOf(userId, options.requestId);
  const known = await control.get(id);
  if (known) return known;
  requireNoInvitations(options);
  await requireDates(parts.capabilities);
  await requireFreePlace(parts, caller);
  const forWhom = await userFor(parts, caller, options.as);
  const allowPlaintext = options.allow_plaintext ?? false;
  const { name, rooms, refused } = await verifying.run(userId, () =>
    requireGoodCollection(file, knownKeys, allowPlaintext),
  );
  const workspace = (await workspaceOf(parts, caller, options.workspace_id)) ?? null;
  const params = spaceImportParams({
    importing_user: forWhom,
    rooms,
    refused,
    allow_plaintext: allowPlaintext,
    workspace,
  });
  const job = { id, kind: "space_import", owner: userId, params, words: { subject: name }, room_id: null } as const;
  const on_behalf_of = forWhom === userId ? null : forWhom;
  return await hourly.rooms.during(caller, rooms.length, async () => {
    const size = await sizeOfFile(file);
    const granted = { action: "space_import", outcome: "granted", ...actorOf(caller), on_behalf_of } as const;
    const queued = await queueWithBundle(parts, job, file, jobAccess.atMost(caller), granted);
    meter?.bundle("read", size);
    return queued;
  });
}
