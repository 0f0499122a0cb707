import { rm } from "node:fs/promises";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import type { JobMeter } from "../ports/metrics.ts";
import { CHECK_MS } from "../requests/access.ts";
import { jobIdOf } from "../requests/job-id.ts";
import { queueWithBundle } from "../exports/kept/queue-with-bundle.ts";
import type { UserStorage } from "../exports/kept/user-storage.ts";
import type { HourlyLimits } from "../requests/limits/hourly.ts";
import type { TurnsByOwner } from "../requests/limits/turns-by-owner.ts";
import type { RunOperation } from "../requests/operation.ts";
import { actorOf, type Caller, type Requester } from "../requests/requester.ts";
import type { KnownKey } from "../requests/signed-by.ts";
import { sizeOfFile } from "../requests/storage/spool-file.ts";
import { findWorkspace, type Workspace } from "../requests/workspace.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { ImportOptions } from "./options.ts";
import type { RoomAccess } from "../rooms/room-access.ts";
import { requireGoodBundle } from "./bundle-intake.ts";
import { requireFreePlace, userFor } from "./admit-import.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { AuthorMap } from "./plan/author-map.ts";
import { importParams } from "./import-params.ts";
import { requireDates } from "./require-dates.ts";

/**
 * Takes a local file over, verifies it whole, and queues the import. `requestId` names the request (for the bot: the command's event
 * id): asked again under the same one, the same job is given.
 * @throws RequestError
 */
export type StartImport = (
  file: string,
  requester: Requester,
  options: ImportOptions & { requestId?: string },
) => Promise<Job>;

export interface StartImportParts {
  operate: RunOperation;
  control: Pick<JobControl, "get" | "queue">;
  jobAccess: Pick<JobAccess, "atMost">;
  store: Pick<JobStore, "unfinished">;
  bundles: Pick<BundleStore, "remove">;
  userStorage: Pick<UserStorage, "put" | "requireRoom">;
  homeserver: Pick<HomeserverAccess, "asService" | "account" | "resolveAlias" | "hasUser">;
  /** what the homeserver was seen to do */
  capabilities: KnownCapabilities;
  serverName: string;
  /** slug to room id or alias */
  workspaces: Readonly<Record<string, string>>;
  access: Pick<RoomAccess, "hides">;
  /** whose signatures are known. @throws StoreAway */
  knownKeys: () => Promise<readonly KnownKey[]>;
  /** who of other servers is who here */
  authorMap: AuthorMap;
  hourly: Pick<HourlyLimits, "rooms">;
  /** bundles are verified in it */
  verifying: TurnsByOwner;
  meter?: JobMeter;
}

export function startImport(parts: StartImportParts): StartImport {
  return startFromFile(parts, "import", start);
}

/** An operation that takes a local file over: it is gone afterwards, whatever happened. */
export function startFromFile(
  parts: StartImportParts,
  action: "import" | "space_import",
  start: (parts: StartImportParts, file: string, caller: Caller, options: Parameters<StartImport>[2]) => Promise<Job>,
): StartImport {
  return async (file, requester, options) => {
    const entry = { action, on_behalf_of: options.as ?? null } as const;
    try {
      return await parts.operate(entry, requester, ({ caller }) => start(parts, file, caller, options));
    } finally {
      await rm(file, { force: true });
    }
  };
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
  await requireDates(parts.capabilities);
  await requireFreePlace(parts, caller);
  const forWhom = await userFor(parts, caller, options.as);
  const allowPlaintext = options.allow_plaintext ?? false;
  const { sha256, roomName, signedBy } = await verifying.run(userId, () =>
    requireGoodBundle(file, knownKeys, allowPlaintext),
  );
  const workspace = await workspaceOf(parts, caller, options.workspace_id);
  const authorsKnown = caller.admin || signedBy?.verified === true;
  if (options.invite_authors) requireAuthors(authorsKnown, parts.authorMap);
  const params = importParams({
    importingUser: forWhom,
    bundleSha256: sha256,
    signedBy,
    workspace,
    allowPlaintext,
    authorsKnown,
    inviteAuthors: options.invite_authors === true,
  });
  const job = { id, kind: "import", owner: userId, params, words: { subject: roomName }, room_id: null } as const;
  const on_behalf_of = forWhom === userId ? null : forWhom;
  return await hourly.rooms.during(caller, 1, async () => {
    const size = await sizeOfFile(file);
    const granted = { action: "import", outcome: "granted", ...actorOf(caller), on_behalf_of } as const;
    const queued = await queueWithBundle(parts, job, file, jobAccess.atMost(caller), granted);
    meter?.bundle("read", size);
    return queued;
  });
}

/** @throws RequestError invalid where nobody could be invited */
function requireAuthors(authorsKnown: boolean, map: AuthorMap): void {
  const why =
    Object.keys(map).length === 0
      ? "the service's operator has not said which authors are users here (import.author_map)"
      : authorsKnown
        ? undefined
        : "no server that is known here has signed this bundle, so its authors may be made up: let an admin import it";
  if (why !== undefined) throw new RequestError("invalid", "M_INVALID_PARAM", `No authors can be invited: ${why}`);
}

/** The space that the new room is to join. @throws RequestError; HomeserverError */
export async function workspaceOf(
  { homeserver, workspaces, serverName, access }: StartImportParts,
  caller: Caller,
  name: string | undefined,
): Promise<Workspace | undefined> {
  if (name === undefined) return undefined;
  const soon = AbortSignal.timeout(CHECK_MS);
  return await findWorkspace(name, caller.adminToken ? undefined : caller.userId, {
    slugs: workspaces,
    serverName,
    resolveAlias: (alias) => homeserver.resolveAlias(alias, soon),
    reader: homeserver.asService(soon).reader,
    hides: (roomId) => access.hides(roomId, caller),
  });
}
