import type { BundleStore } from "../ports/bundle-store.ts";
import type { KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { UserStorage } from "../exports/kept/user-storage.ts";
import type { HourlyLimits } from "../requests/limits/hourly.ts";
import type { TurnsByOwner } from "../requests/limits/turns-by-owner.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import type { KnownKey } from "../requests/signed-by.ts";
import type { JobAccess } from "../jobs/job-access.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { ImportOptions } from "./options.ts";
import type { RoomAccess } from "../rooms/room-access.ts";
import { requireGoodBundle } from "./bundle-intake.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { AuthorMap } from "./plan/author-map.ts";
import { importParams } from "./import-params.ts";
import { requireInto } from "./into/require-into.ts";
import { startFromFile } from "./start/start-from-file.ts";

/**
 * Takes a local file over, verifies it whole, and queues the import. `requestId` names the request (for the bot: the command's event
 * id): asked again under the same one, the same job is given.
 * @throws RequestError
 */
export type StartImport<O extends ImportOptions = ImportOptions> = (
  file: string,
  requester: Requester,
  options: O & { requestId?: string },
) => Promise<Job>;

export interface StartImportParts {
  operate: RunOperation;
  control: Pick<JobControl, "get" | "queue">;
  jobAccess: Pick<JobAccess, "atMost">;
  store: Pick<JobStore, "unfinished" | "importsNaming" | "ofRoom" | "get">;
  /** of rooms that imports have made */
  policies: Pick<PolicyStore, "get">;
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
  return startFromFile(parts, {
    kind: "import",
    requireOptions: requireFitting,
    async read(...of) {
      const bundle = await requireGoodBundle(...of);
      return { ...bundle, bundles: [bundle] };
    },
    roomsOf: () => 1,
    nameOf: ({ roomName }) => roomName,
    async jobOf({ importingUser, found, workspace }, options, caller) {
      const { sha256, manifestSha256, signedBy } = found;
      const authorsKnown = caller.admin || signedBy?.verified === true;
      if (options.invite_authors) requireAuthors(authorsKnown, parts.authorMap);
      const into =
        options.into === undefined ? undefined : await requireInto(parts, options.into, importingUser, found);
      const params = importParams({
        importingUser,
        bundleSha256: sha256,
        manifestSha256,
        signedBy,
        workspace,
        allowPlaintext: options.allow_plaintext ?? false,
        encrypted: options.encrypted === true,
        authorsKnown,
        inviteAuthors: options.invite_authors === true,
        into,
      });
      return { params, room_id: into?.roomId ?? null };
    },
  });
}

/** @throws RequestError invalid where two options exclude each other */
function requireFitting({ into, workspace_id: workspace, encrypted, allow_plaintext: plain }: ImportOptions): void {
  const message =
    into !== undefined && workspace !== undefined
      ? "into: the room is where it is; leave workspace_id out"
      : into !== undefined && encrypted
        ? "encrypted: only a new room can be made an encrypted one; leave it out with into"
        : encrypted && plain
          ? "allow_plaintext is for a room that is not encrypted: leave one of allow_plaintext and encrypted out"
          : undefined;
  if (message !== undefined) throw new RequestError("invalid", "M_INVALID_PARAM", message);
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
