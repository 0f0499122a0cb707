import { isObject, member, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { roomAddress } from "../../matrix/message-link.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import type { Job, JobStore } from "../../ports/job-store.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { membershipOf } from "../../rooms/room-access.ts";
import { readImportParams } from "../import-params.ts";
import { readSpaceImportParams } from "../space/space-import-params.ts";

/**
 * What tells one bundle from others: the SHA-256 of its manifest, which names all files of it by theirs. The one of the ZIP would take a
 * bundle for another one once it was packed anew, or signed; it counts for imports of versions that did not note the manifest's.
 */
export interface BundleIdentity {
  manifestSha256: string;
  sha256: string;
}

/** An import that the same person has asked for before, of the same bundle. */
export interface EarlierImport {
  bundle: BundleIdentity;
  jobId: string;
  /** null until it is made */
  roomId: string | null;
  state: "queued" | "running" | "succeeded" | "cancelled";
}

export interface EarlierImportParts {
  store: Pick<JobStore, "importsNaming">;
  policies: Pick<PolicyStore, "get">;
  homeserver: Pick<HomeserverAccess, "asService">;
}

/**
 * Which of these bundles the owner has imported already for that user, each with its newest import: one that waits, runs, or was stopped so
 * that it can go on, or one whose room is open and has the importing user in it, or invited. What has failed does not count, nor a room
 * that was closed, or that they have left.
 * @param into only imports into this room count: what is elsewhere is not there
 * @throws HomeserverError, StoreAway
 */
export async function earlierImports(
  parts: EarlierImportParts,
  owner: string,
  importingUser: string,
  bundles: readonly BundleIdentity[],
  into?: string,
): Promise<EarlierImport[]> {
  const hashes = bundles.flatMap(({ manifestSha256, sha256 }) => [manifestSha256, sha256]);
  const jobs = await parts.store.importsNaming(owner, [...new Set(hashes)]);
  const found = new Map<BundleIdentity, EarlierImport>();
  for (const job of jobs)
    for (const made of madeBy(job)) {
      const bundle = bundles.find((each) => isSame(each, made.bundle));
      if (!bundle || found.has(bundle) || made.importingUser !== importingUser) continue;
      if (into !== undefined && made.roomId !== into) continue;
      const state = stateOf(job);
      if (state === undefined) continue;
      if (state === "succeeded" && !(await isThere(parts, made.roomId, importingUser))) continue;
      found.set(bundle, { bundle, jobId: job.id, roomId: made.roomId, state });
    }
  return [...found.values()];
}

interface Made {
  bundle: BundleIdentity;
  importingUser: string;
  roomId: string | null;
}

function madeBy(job: Job): Made[] {
  if (job.kind === "import") {
    const { importingUser, bundleSha256: sha256, manifestSha256 = "" } = readImportParams(job);
    return [{ bundle: { sha256, manifestSha256 }, importingUser, roomId: job.room_id }];
  }
  const { importing_user: importingUser, rooms } = readSpaceImportParams(job);
  return rooms.map((room, part) => ({
    bundle: { sha256: room.bundle_sha256, manifestSha256: room.manifest_sha256 },
    importingUser,
    roomId: newRoomOf(job.report, room.room_id) ?? (part === 0 ? job.room_id : null),
  }));
}

/** What a room of a collection has become, as the report of its import says. */
function newRoomOf(report: JsonObject | null, sourceId: string): string | undefined {
  const rooms = member(report ?? {}, "rooms");
  const room = Array.isArray(rooms)
    ? rooms.find((each) => isObject(each) && sourcesOf(each).includes(sourceId))
    : undefined;
  return isObject(room) ? stringMember(room, "room_id") : undefined;
}

/** The rooms of the source that one row of a report is about. */
function sourcesOf(row: JsonObject): JsonValue[] {
  const joins = row["source_predecessors"];
  return [row["source_room_id"] ?? null, ...(Array.isArray(joins) ? joins : [])];
}

function isSame(one: BundleIdentity, other: BundleIdentity): boolean {
  if (one.manifestSha256 === "" || other.manifestSha256 === "") return one.sha256 === other.sha256;
  return one.manifestSha256 === other.manifestSha256;
}

/** undefined: it is as if it had not been asked for */
function stateOf({ state, held, cancel_requested: ending, keep }: Job): EarlierImport["state"] | undefined {
  if (state === "cancelled") return held === "kept" ? state : undefined;
  if (state === "failed" || (state === "running" && ending && !keep)) return undefined;
  return state;
}

/** Is it an open room that has them in it, or invited? Of a room that the service user is not in any more nobody can tell. */
async function isThere(
  { policies, homeserver }: Pick<EarlierImportParts, "policies" | "homeserver">,
  roomId: string | null,
  userId: string,
): Promise<boolean> {
  if (roomId === null) return false;
  const known = await policies.get(roomId);
  if (known && (known.closing_at !== null || known.closed_at !== null)) return false;
  const membership = await membershipOf(homeserver.asService(AbortSignal.timeout(CHECK_MS)).reader, roomId, userId);
  return membership === "join" || membership === "invite";
}

/** The bundle, or a room of the collection, was imported before by the same person; nobody else is told. */
export class AlreadyImported extends RequestError {
  /** @param earlier at least one @param ofMany of the rooms of a collection */
  constructor(earlier: readonly EarlierImport[], ofMany = false) {
    const said = earlier.map((each) => ({ code: "already_imported", message: wordsOf(each) }));
    const message = ofMany
      ? `You have imported ${String(earlier.length)} of these rooms already`
      : `You have imported this bundle already: ${said[0]?.message ?? ""}`;
    super("conflict", "IO.ROOMPORTER.ALREADY_IMPORTED", message, ofMany ? said : []);
    this.more = { job_id: earlier[0]?.jobId ?? null, room_id: earlier[0]?.roomId ?? null };
  }
}

function wordsOf({ jobId, roomId, state }: EarlierImport): string {
  if (state === "succeeded" && roomId !== null)
    return `it is in ${roomId} (${roomAddress(roomId)}), by import ${jobId}`;
  if (state === "cancelled") return `import ${jobId} was cancelled so that it can be resumed`;
  return `import ${jobId} is ${state}`;
}
