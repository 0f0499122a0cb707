import type { BundleStore } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { ImportJournal, JournalOf } from "../ports/import-journal.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { startEncryption } from "./encrypted/start-encryption.ts";
import { importInto } from "./into/import-into.ts";
import { readRoomBefore, type RoomBeforeParts } from "./into/room-before.ts";
import { importRoom, type ImportInput } from "./import-room.ts";
import { mappedAuthor, type AuthorMap } from "./plan/author-map.ts";
import type { LabelStyle } from "./plan/labels/label.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { JobContext } from "../jobs/job-run.ts";
import type { JobDefinition } from "../jobs/job-table.ts";
import { readImportParams } from "./import-params.ts";
import { requireDates } from "./require-dates.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Hourly } from "../requests/limits/hourly.ts";
import { isUserId } from "../matrix/ids.ts";
import { invitationReason, requireAble, takesInvitation } from "../requests/standing.ts";
import { patientWithStorage } from "../requests/storage/storage-patience.ts";

export interface ImportJobParts {
  homeserver: HomeserverAccess;
  /** what the homeserver was seen to do */
  capabilities: KnownCapabilities;
  bundles: BundleStore;
  journalOf: JournalOf;
  store: Pick<JobStore, "ofRoom">;
  policies: Pick<PolicyStore, "begin" | "get">;
  /** reads rooms that are imported into */
  roomBefore: RoomBeforeParts;
  roomVersion: string;
  labelStyle: LabelStyle;
  authorMap: AuthorMap;
  invitations: Pick<Hourly, "during">;
  clock: Clock;
}

/** An import as a job: replays the bundle that is kept under the job's id, from where the journal says. */
export function importJob(parts: ImportJobParts): JobDefinition {
  return {
    action: "import",
    permission: "user",
    onBehalfOf(job) {
      const { importingUser } = readImportParams(job);
      return importingUser === job.owner ? null : importingUser;
    },
    async requireRetryable({ id }) {
      if ((await parts.bundles.size(id)) === undefined)
        throw new RequestError("gone", "M_NOT_FOUND", "The bundle of this job is not kept any more: import it again");
    },
    progressIsEvents: true,
    work: (job, context) => runImport(parts, job, context),
  };
}

async function runImport(
  parts: ImportJobParts,
  job: Job,
  { signal, permit, onProgress, onRoom }: JobContext,
): Promise<JsonObject> {
  const { homeserver, capabilities, bundles, journalOf, authorMap, invitations, ...settings } = parts;
  await using bundle = await patientWithStorage(() => bundles.localFile(job.id, signal), signal);
  if (!bundle)
    throw new RequestError(
      "gone",
      "M_NOT_FOUND",
      "The bundle of this job is not kept any more, or this worker does not see the folder of the service (storage.path). Import it again.",
    );
  const { importingUser, bundleSha256, signedBy, workspace, into, ...asked } = readImportParams(job);
  // they may have been suspended since they asked
  await requireAble(homeserver, { userId: importingUser }, signal);
  // it may have been another homeserver, or not probed yet, when they asked
  await requireDates(capabilities);
  const { reader, writer, media, uploads } = homeserver.asService(signal, permit);
  await using encryption = asked.encrypted
    ? await startEncryption(homeserver, { importId: job.id, importingUser }, signal, permit)
    : undefined;
  const input: ImportInput = {
    ...settings,
    jobId: job.id,
    bundleFile: bundle.path,
    bundleSha256,
    signedBy,
    askedBy: job.owner,
    importingUser,
    allowPlaintext: asked.allowPlaintext,
    encryption,
    ...(workspace && { workspace }),
    ...(asked.inviteAuthors && {
      authorInvitations: {
        takes: (userId) => takesInvitation(homeserver, userId, [importingUser]),
        counted: (act) => invitations.during({ userId: job.owner, adminToken: !isUserId(job.owner) }, 1, act),
        reason: `You have written in this conversation. ${invitationReason(importingUser, "")}.`,
      },
    }),
    ...(asked.authorsKnown && {
      localOf: async (userId) => {
        const local = mappedAuthor(authorMap, userId);
        return local !== undefined && (await homeserver.hasUser(local, signal)) ? local : undefined;
      },
    }),
    writer,
    media: uploads,
    journal: journalOf(job),
    onRoom,
    onProgress,
    signal,
  };
  if (!into) return (await importRoom(input)).report;
  const { roomId, upTo, baseKnown } = into;
  const earlier = await earlierJournals(parts, roomId, job);
  await using before = await readRoomBefore(parts.roomBefore, { roomId, upTo, reader, media }, signal);
  return await importInto({ ...input, roomId, baseKnown, before: before.bundle, earlier });
}

/** What earlier imports into an open room have noted, newest first. @throws RequestError gone where it was closed meanwhile; StoreAway */
async function earlierJournals(
  { store, policies, journalOf }: ImportJobParts,
  roomId: string,
  { id }: Job,
): Promise<ImportJournal[]> {
  const room = await policies.get(roomId);
  if (!room || room.closing_at !== null || room.closed_at !== null)
    throw new RequestError("gone", "IO.ROOMPORTER.ROOM_CLOSED", `The room ${roomId} was closed meanwhile`);
  const jobs = (await store.ofRoom(roomId)).filter((job) => job.kind === "import" && job.id !== id);
  const ids = jobs.sort((a, b) => b.created_at - a.created_at).map((job) => job.id);
  // they are only read: no run is needed
  return [...new Set([...ids, room.id])].map((importId) => journalOf({ id: importId, fence: 0 }));
}
