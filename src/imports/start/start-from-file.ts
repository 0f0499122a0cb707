import { rm } from "node:fs/promises";
import { queueWithBundle } from "../../exports/kept/queue-with-bundle.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import { TurnsByOwner } from "../../requests/limits/turns-by-owner.ts";
import { actorOf, type Caller } from "../../requests/requester.ts";
import { sizeOfFile } from "../../requests/storage/spool-file.ts";
import { requireFreePlace } from "../admit-import.ts";
import type { ImportOptions } from "../options.ts";
import type { StartImport, StartImportParts } from "../start-import.ts";
import { AlreadyImported, earlierImports } from "./already-imported.ts";
import { beforeImport, type BeforeImport, type Found, type ReadFile } from "./before-import.ts";

/** What is different between the import of one room and that of a collection. */
export interface ImportKind<T extends Found, O extends ImportOptions> {
  kind: "import" | "space_import";
  /** @throws RequestError invalid where an option is none of this kind */
  requireOptions?: (options: ImportOptions) => void;
  read: ReadFile<T>;
  /** how many rooms are made */
  roomsOf: (found: T, options: O) => number;
  /** the name of what is imported, in its source */
  nameOf: (found: T) => string | null;
  /** what the queued job has to know, and the room where that is there already. @throws RequestError; HomeserverError, StoreAway */
  jobOf: (
    about: BeforeImport<T>,
    options: O,
    caller: Caller,
  ) => Promise<{ params: JsonObject; room_id: string | null }>;
}

/** Takes a local file over and queues its import: the file is gone afterwards, whatever happened. */
export function startFromFile<T extends Found, O extends ImportOptions>(
  parts: StartImportParts,
  kind: ImportKind<T, O>,
): StartImport<O> {
  // two requests at once for the same bundle: the second one finds the job of the first
  const turns = new TurnsByOwner(Infinity);
  return async (file, requester, options) => {
    const entry = { action: kind.kind, on_behalf_of: options.as ?? null } as const;
    try {
      return await parts.operate(entry, requester, ({ caller }) => start(parts, kind, turns, file, caller, options));
    } finally {
      await rm(file, { force: true });
    }
  };
}

async function start<T extends Found, O extends ImportOptions>(
  parts: StartImportParts,
  { kind, requireOptions, read, roomsOf, nameOf, jobOf }: ImportKind<T, O>,
  turns: TurnsByOwner,
  file: string,
  caller: Caller,
  options: Parameters<StartImport<O>>[2],
): Promise<Job> {
  const { control, jobAccess, hourly, meter } = parts;
  const { userId } = caller;
  const id = jobIdOf(userId, options.requestId);
  const known = await control.get(id);
  if (known) return known;
  requireOptions?.(options);
  await requireFreePlace(parts, caller);
  const about = await beforeImport(parts, caller, file, options, read);
  const { importingUser, found } = about;
  const on_behalf_of = importingUser === userId ? null : importingUser;
  return await turns.run(userId, async () => {
    const earlier = options.again
      ? []
      : await earlierImports(parts, userId, importingUser, found.bundles, options.into);
    if (earlier.length > 0) throw new AlreadyImported(earlier, kind === "space_import");
    const { params, room_id } = await jobOf(about, options, caller);
    const job = { id, kind, owner: userId, params, words: { subject: nameOf(found) }, room_id } as const;
    return await hourly.rooms.during(caller, room_id === null ? roomsOf(found, options) : 0, async () => {
      const size = await sizeOfFile(file);
      const granted = { action: kind, outcome: "granted", ...actorOf(caller), on_behalf_of } as const;
      const queued = await queueWithBundle(parts, job, file, jobAccess.atMost(caller), granted);
      meter?.bundle("read", size);
      return queued;
    });
  });
}
