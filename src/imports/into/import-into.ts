import { sinceBundle } from "../../bundle/bookmark.ts";
import { objectMember, setMember, type JsonObject } from "../../matrix/json.ts";
import { IMPORTED } from "../../matrix/names.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import { openForImport, reportOf, type ImportInput } from "../import-room.ts";
import { inviteAuthors } from "../replay/invite-authors.ts";
import { replay } from "../replay/replay.ts";
import { settleState } from "../replay/settle-room.ts";
import { Uploads } from "../replay/files/uploads.ts";
import { adoptRoom } from "./adopt-room.ts";
import { requireUnencrypted } from "./require-unencrypted.ts";
import { requireBase } from "./require-base.ts";

export interface IntoInput extends Omit<ImportInput, "workspace" | "roomVersion" | "policies"> {
  roomId: string;
  /** the bundle that an increment goes on from is known to have been imported into the room */
  baseKnown: boolean;
  /** an export of the room as it was when this was asked for */
  before: Bundle;
  /** of earlier imports into the room, newest first: only to be read */
  earlier: readonly Pick<ImportJournal, "find">[];
}

/**
 * Replays what a bundle holds beyond a room into that room: what imports have brought there before is found by its origin, and new events
 * relate to it. The room is what an import of the whole would have made. Run again after any stop it goes on where it stood.
 * @throws RequestError conflict where the room lacks what the bundle goes on from; HomeserverError, BundleError
 */
export async function importInto(input: IntoInput): Promise<JsonObject> {
  const { roomId, writer, media, before, earlier, onProgress } = input;
  const bundle = await openForImport(input.bundleFile, input.allowPlaintext ?? false);
  try {
    // somebody may have turned encryption on since it was asked for
    await requireUnencrypted(writer, roomId);
    if (!input.baseKnown) await requireBase(bundle, before);
    await adoptRoom(roomId, before, bundle, input.journal);
    input.onRoom(roomId);
    const journal = withEarlier(input.journal, earlier);
    const uploads = new Uploads(bundle, media, journal);
    const total = bundle.head.counts.events;
    const room = {
      bundle: before,
      has: async ({ eventId }: { eventId: string }) => {
        const entry = await journal.find(eventId);
        return entry !== undefined && entry.position < 0;
      },
    };
    const onEvent = (done: number): void => onProgress({ done, total, unit: "events" });
    const { localAuthors } = await replay({ ...input, journal, bundle, before: room, onEvent }, uploads);
    const report = await reportOf({ ...input, journal }, roomId);
    const sent = objectMember(report, "events")?.["sent"];
    if (sent !== 0) {
      await settleState(writer, roomId, { bundle, uploads, journal }, ["m.room.name", "m.room.topic"]);
      await noteBundle(input, bundle);
    }
    if (input.authorInvitations) await inviteAuthors(writer, roomId, localAuthors, journal, input.authorInvitations);
    return {
      ...(await reportOf({ ...input, journal }, roomId)),
      into: true,
      increment: sinceBundle(bundle.head.coverage) !== undefined,
    };
  } finally {
    await bundle.close();
  }
}

/**
 * The same journal, which also knows what earlier imports have noted: other names of what the room holds, and what somebody in the room has
 * redacted since, of which it does not tell any more where it came from.
 */
function withEarlier(journal: ImportJournal, earlier: IntoInput["earlier"]): ImportJournal {
  const find: ImportJournal["find"] = async (id) => {
    const own = await journal.find(id);
    if (own) return own;
    for (const each of earlier) {
      const noted = await each.find(id);
      if (noted) return (await journal.find(noted.sourceId)) ?? { ...noted, position: -1, ledger: [] };
    }
    return undefined;
  };
  return Object.assign(Object.create(journal) as ImportJournal, { find });
}

/** Says in the room's state which bundle was imported into it last. */
async function noteBundle(input: IntoInput, { head }: Bundle): Promise<void> {
  const { writer, roomId, bundleSha256, clock, jobId } = input;
  const mark = await writer.stateEvent(roomId, IMPORTED, "");
  const content = { ...mark?.content };
  setMember(content, "continued", {
    bundle_sha256: bundleSha256,
    exported_at: head.exported_at,
    imported_at: new Date(clock.now()).toISOString(),
    job_id: jobId,
  });
  await writer.sendState(roomId, IMPORTED, "", content);
}
