import { inPlainForm } from "../bundle/decrypted/plain-form.ts";
import { openBundle } from "../bundle/open-bundle.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { Clock } from "../ports/clock.ts";
import type { MediaTarget, RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import type { JobProgress } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import type { LabelStyle } from "./plan/labels/label.ts";
import { assertUnencrypted, ensureRoom, importedRoomPolicy, introduceServiceUser } from "./replay/make-room.ts";
import { inviteAuthors, type AuthorInvitations } from "./replay/invite-authors.ts";
import { replay } from "./replay/replay.ts";
import { serviceAvatar } from "./replay/service-avatar.ts";
import { inviteImporter, joinWorkspace, noteSlice, settleState } from "./replay/settle-room.ts";
import { Uploads } from "./replay/uploads.ts";
import type { SignedBy } from "../requests/signed-by.ts";

export interface ImportInput {
  jobId: string;
  /** path of a bundle that has been verified */
  bundleFile: string;
  /** SHA-256 of that file */
  bundleSha256: string;
  /** undefined where it is not signed */
  signedBy: SignedBy | undefined;
  importingUser: string;
  /** what was decrypted in the bundle is replayed as plain text; otherwise its ciphertexts are kept */
  allowPlaintext?: boolean;
  /** user id, or `admin:NAME`; absent: the importing user */
  askedBy?: string;
  /** the space that the room will join, and the servers by which clients find the room */
  workspace?: { room_id: string; via: string[] };
  /** "11" or later: older ones take no dated redactions */
  roomVersion: string;
  labelStyle: LabelStyle;
  /** the user of this homeserver that an author is; absent: nobody is looked for */
  localOf?: ((userId: string) => Promise<string | undefined>) | undefined;
  /** how the authors that `localOf` gives are invited; absent: they are not */
  authorInvitations?: AuthorInvitations | undefined;
  writer: RoomWriter;
  media: MediaTarget;
  journal: ImportJournal;
  /** learns of the new room and its rules */
  policies: Pick<PolicyStore, "begin">;
  onRoom: (roomId: string) => void;
  onProgress: (progress: JobProgress) => void;
  signal: AbortSignal;
  clock: Clock;
}

/**
 * Replays a bundle into a new room: the room is made, the conversation is sent into it event by event, and only then is the
 * importing user invited. Run again after any stop, with the same journal, it goes on where it stood.
 * @throws HomeserverError, BundleError; AbortError where the signal came
 */
export async function importRoom(input: ImportInput): Promise<{ roomId: string; report: JsonObject }> {
  const { jobId, writer, media, journal, importingUser, workspace, signal } = input;
  // nobody asks for the members as they were at the export, who may be very many
  const opened = await openBundle(input.bundleFile, { keepsState: (type) => type !== "m.room.member" });
  const bundle = input.allowPlaintext ? inPlainForm(opened) : opened;
  try {
    const { head } = bundle;
    const total = head.counts.events;
    const importedAt = new Date(input.clock.now()).toISOString();
    const parent = workspace?.room_id ?? null;
    const wanted = { ...input, head, importedAt, parent };
    const avatar = await serviceAvatar(media, journal, head.media.size > 0);
    const roomId = await ensureRoom(writer, journal, wanted, signal);
    const policy = importedRoomPolicy(parent);
    await input.policies.begin({ id: jobId, origin: "imported", room_id: roomId, owner: importingUser, policy });
    input.onRoom(roomId);
    await assertUnencrypted(writer, roomId);
    await introduceServiceUser(writer, roomId, avatar);
    const uploads = new Uploads(bundle, media, journal);
    const onEvent = (done: number): void => input.onProgress({ done, total, unit: "events" });
    const { earlierSlice, localAuthors } = await replay({ ...input, bundle, roomId, onEvent }, uploads);
    await settleState(writer, roomId, { bundle, uploads, journal });
    await noteSlice(writer, roomId, jobId, head, earlierSlice);
    await inviteImporter(writer, roomId, importingUser, head, input.askedBy);
    if (input.authorInvitations) await inviteAuthors(writer, roomId, localAuthors, journal, input.authorInvitations);
    if (workspace) await joinWorkspace(writer, roomId, workspace, journal);
    return { roomId, report: await reportOf(input, roomId) };
  } finally {
    await bundle.close();
  }
}

/** What the requester gets to read: how much came over, and everything that did not, or not as it was. */
async function reportOf(
  { journal, bundleSha256, signedBy, workspace }: ImportInput,
  roomId: string,
): Promise<JsonObject> {
  const { sent, left_out, files } = await journal.counts();
  const ledger = (await journal.ledger()).map((entry) => ({ ...entry }));
  const report: JsonObject = {
    room_id: roomId,
    bundle_sha256: bundleSha256,
    signed_by: signedBy ?? null,
    events: { sent, left_out },
    files,
    ledger,
  };
  if (workspace) report["workspace_id"] = workspace.room_id;
  return report;
}
