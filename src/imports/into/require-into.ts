import { sinceBundle } from "../../bundle/bookmark.ts";
import type { ManifestHead } from "../../bundle/manifest/manifest.ts";
import { askedFor } from "../../bundle/merge/part.ts";
import { objectMember, sameJson, stringMember, type JsonObject } from "../../matrix/json.ts";
import { IMPORTED } from "../../matrix/names.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { Job, JobStore } from "../../ports/job-store.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError, type FailureKind } from "../../requests/failures/failure.ts";
import { powerIn } from "../../rooms/room-access.ts";
import { knownLimits } from "../plan/limit-words.ts";
import { readImportParams, type Into } from "../import-params.ts";
import { requireUnencrypted } from "./require-unencrypted.ts";
import { readSpaceImportParams } from "../space/space-import-params.ts";

export interface IntoParts {
  store: Pick<JobStore, "ofRoom" | "get">;
  policies: Pick<PolicyStore, "get">;
  homeserver: Pick<HomeserverAccess, "asService">;
}

/** The power level that the service user needs to send state and to redact. */
const MODERATOR = 50;

/**
 * May this bundle be imported into that room? It must be one that an import has made for this user, with everything in it, of the same
 * conversation and the same part of it; and nothing else is being imported there. Whether the events that an increment goes on from are in
 * it, its import sees (`requireBase`), unless their bundle is known by its hash.
 * @throws RequestError not_found, gone, conflict, invalid; HomeserverError, StoreAway
 */
export async function requireInto(
  { store, policies, homeserver }: IntoParts,
  roomId: string,
  importingUser: string,
  { source, coverage }: Pick<ManifestHead, "source" | "coverage">,
): Promise<Into> {
  const room = await policies.get(roomId);
  // of rooms that are somebody else's nothing is told
  if (room?.origin !== "imported" || room.owner !== importingUser)
    throw refused("not_found", `into: no import has made the room ${roomId} for ${importingUser}`);
  if (room.closing_at !== null || room.closed_at !== null)
    throw refused("gone", `into: the room ${roomId} was closed: import the whole conversation into a new room`);

  const [first] = room.id.split(".");
  const made = await store.get(first ?? "");
  const jobs = [...(made ? [made] : []), ...(await store.ofRoom(roomId))].filter((job) => isImport(job));
  const busy = jobs.find(({ state, held }) => state === "queued" || state === "running" || held === "kept");
  if (busy)
    throw refused(
      "conflict",
      `into: import ${busy.id} into this room is not complete: wait for it, resume or cancel it`,
    );

  const { reader, writer } = homeserver.asService(AbortSignal.timeout(CHECK_MS));
  const mark = await markOf(reader, roomId);
  const from = objectMember(mark, "source");
  if (!from)
    throw refused("conflict", `into: the state ${IMPORTED} of ${roomId} is not as the import has written it any more`);
  if (!sameJson(from, { ...source }))
    throw refused(
      "invalid",
      `into: this bundle is of ${source.room_id} (${source.server_name}), and the room was imported from ${stringMember(from, "room_id") ?? "another room"}`,
    );
  if (!sameJson(askedFor(knownLimits(objectMember(mark, "coverage")?.["limits"])), askedFor(coverage.limits)))
    throw refused(
      "invalid",
      "into: this bundle holds another part of the conversation (senders, thread, dates, files) than the room",
    );
  await requireUnencrypted(reader, roomId);
  const power = await powerIn(reader, roomId, reader.userId);
  if (power < MODERATOR)
    throw refused(
      "conflict",
      `into: the service user's power level in ${roomId} is ${String(power)}: it must be ${String(MODERATOR)} or higher`,
    );

  const [newest] = await writer.latest(roomId, 1);
  if (!newest) throw refused("conflict", `into: the homeserver shows nothing of ${roomId}`);
  const since = sinceBundle(coverage);
  const baseKnown =
    since === undefined ||
    jobs.some((job) => job.state === "succeeded" && manifestsOf(job).includes(since.manifest_sha256));
  return { roomId, upTo: newest.event_id, baseKnown };
}

const ERRCODES = {
  not_found: "M_NOT_FOUND",
  gone: "IO.ROOMPORTER.ROOM_CLOSED",
  conflict: "M_BAD_STATE",
  invalid: "M_INVALID_PARAM",
} as const satisfies Partial<Record<FailureKind, string>>;

function refused(kind: keyof typeof ERRCODES, message: string): RequestError {
  return new RequestError(kind, ERRCODES[kind], message);
}

/** What the import has noted in the room; undefined: that is not there, or not the service's own. */
async function markOf(
  reader: ReturnType<HomeserverAccess["asService"]>["reader"],
  roomId: string,
): Promise<JsonObject | undefined> {
  try {
    const mark = await reader.stateEvent(roomId, IMPORTED, "");
    return mark?.sender === reader.userId ? mark.content : undefined;
  } catch (error) {
    if (!(error instanceof HomeserverError && error.isAbsentOrForbidden)) throw error;
    throw refused("conflict", `into: the service user is not in ${roomId} any more`);
  }
}

function isImport({ kind }: Job): boolean {
  return kind === "import" || kind === "space_import";
}

function manifestsOf(job: Job): string[] {
  if (job.kind === "import") return [readImportParams(job).manifestSha256 ?? ""];
  return readSpaceImportParams(job).rooms.map((room) => room.manifest_sha256);
}
