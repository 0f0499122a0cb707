import { inPlainForm } from "../bundle/decrypted/plain-form.ts";
import { openBundle, type Bundle } from "../bundle/open-bundle.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { Clock } from "../ports/clock.ts";
import type { MediaTarget, RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { RoomEncryption } from "../ports/homeserver/room-encryption.ts";
import type { ImportJournal } from "../ports/import-journal.ts";
import type { JobProgress } from "../ports/job-store.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import type { EncryptedFiles } from "./encrypted/encrypted-files.ts";
import { EncryptedRoom } from "./encrypted/encrypted-room.ts";
import type { LabelStyle } from "./plan/labels/label.ts";
import type { OtherRooms } from "./plan/plan.ts";
import { assertUnencrypted, ensureRoom, importedRoomPolicy, introduceServiceUser } from "./replay/make-room.ts";
import { inviteAuthors, type AuthorInvitations } from "./replay/invite-authors.ts";
import { replay, type ReplayInput } from "./replay/replay.ts";
import { serviceAvatar } from "./replay/service-avatar.ts";
import { inviteImporter, joinWorkspace, noteSlice, settleState } from "./replay/settle-room.ts";
import { Uploads } from "./replay/files/uploads.ts";
import type { SignedBy } from "../requests/signed-by.ts";

/** What the import of one room takes, from a bundle that is open. */
export interface RoomImport {
  /** `importId` */
  jobId: string;
  /** SHA-256 of the bundle's file */
  bundleSha256: string;
  /** undefined where it is not signed */
  signedBy: SignedBy | undefined;
  importingUser: string;
  /** room id of the space that it will be in */
  parent: string | null;
  /** the new room is an encrypted one; `writer` encrypts, and this takes its files */
  encryptedFiles?: EncryptedFiles | undefined;
  /** room id of the new room that it takes the place of */
  predecessor?: string | undefined;
  /** ids of rooms of the source that it took the place of and is one with, oldest first */
  joins?: readonly string[] | undefined;
  /** rooms that the same import makes */
  others?: OtherRooms | undefined;
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
  signal: AbortSignal;
  clock: Clock;
}

export interface ImportInput extends Omit<RoomImport, "parent" | "encryptedFiles"> {
  /** path of a bundle that has been verified */
  bundleFile: string;
  /** what was decrypted in the bundle is replayed as plain text; otherwise its ciphertexts are kept */
  allowPlaintext?: boolean;
  /** makes the new room an encrypted one; what was decrypted in the bundle is replayed into it */
  encryption?: RoomEncryption | undefined;
  /** user id, or `admin:NAME`; absent: the importing user */
  askedBy?: string;
  /** the space that the room will join, and the servers by which clients find the room */
  workspace?: { room_id: string; via: string[] };
  onRoom: (roomId: string) => void;
  onProgress: (progress: JobProgress) => void;
}

/**
 * Replays a bundle into a new room: the room is made, the conversation is sent into it event by event, and only then is the
 * importing user invited. Run again after any stop, with the same journal, it goes on where it stood.
 * @throws HomeserverError, BundleError; AbortError where the signal came
 */
export async function importRoom(input: ImportInput): Promise<{ roomId: string; report: JsonObject }> {
  const { writer, journal, importingUser, workspace, encryption } = input;
  const bundle = await openForImport(input.bundleFile, (input.allowPlaintext ?? false) || encryption !== undefined);
  try {
    const total = bundle.head.counts.events;
    const encrypted = encryption && new EncryptedRoom(encryption, input, [importingUser]);
    const room = {
      ...input,
      ...{ writer: encrypted?.writer ?? writer, encryptedFiles: encrypted?.files },
      ...(input.authorInvitations && { onAuthors: (userIds: ReadonlySet<string>) => encrypted?.addReaders(userIds) }),
      parent: workspace?.room_id ?? null,
    };
    const roomId = await makeRoom(room, bundle);
    input.onRoom(roomId);
    const { localAuthors } = await fillRoom(room, bundle, roomId, (done) =>
      input.onProgress({ done, total, unit: "events" }),
    );
    await inviteImporter(writer, roomId, importingUser, bundle.head, input.askedBy);
    if (input.authorInvitations) await inviteAuthors(writer, roomId, localAuthors, journal, input.authorInvitations);
    if (workspace) await joinWorkspace(writer, roomId, workspace, journal);
    const report = await reportOf(input, roomId);
    if (workspace) report["workspace_id"] = workspace.room_id;
    if (encrypted) report["key_holders"] = (await journal.keyHolders()).map((holder) => ({ ...holder }));
    return { roomId, report };
  } finally {
    await bundle.close();
  }
}

/**
 * Nobody asks for the members as they were at the export, who may be very many.
 * @param allowPlaintext what was decrypted in the bundle is replayed as plain text; otherwise its ciphertexts are kept
 * @throws BundleError
 */
export async function openForImport(file: string, allowPlaintext: boolean): Promise<Bundle> {
  const bundle = await openBundle(file, { keepsState: (type) => type !== "m.room.member" });
  return allowPlaintext ? inPlainForm(bundle) : bundle;
}

/** The room of a bundle, made where it is not there yet, with nothing in it. Gives its id. @throws HomeserverError */
export async function makeRoom(input: RoomImport, { head }: Bundle): Promise<string> {
  const { jobId, writer, media, journal, importingUser, parent, signal } = input;
  const importedAt = new Date(input.clock.now()).toISOString();
  // where files cannot be had, nothing is made
  await serviceAvatar(media, journal, head.media.size > 0);
  const encrypted = input.encryptedFiles !== undefined;
  const roomId = await ensureRoom(writer, journal, { ...input, head, importedAt, encrypted }, signal);
  const policy = importedRoomPolicy(parent);
  await input.policies.begin({ id: jobId, origin: "imported", room_id: roomId, owner: importingUser, policy });
  if (!encrypted) await assertUnencrypted(writer, roomId);
  return roomId;
}

/** Sends the conversation into its room, from where an earlier run stood. @param onEvent told how many events are done */
export async function fillRoom(
  input: RoomImport & Pick<ReplayInput, "onAuthors">,
  bundle: Bundle,
  roomId: string,
  onEvent: (done: number) => void,
): Promise<Pick<Awaited<ReturnType<typeof replay>>, "localAuthors">> {
  const { jobId, writer, media, journal } = input;
  const { head } = bundle;
  const avatar = await serviceAvatar(media, journal, head.media.size > 0);
  await introduceServiceUser(writer, roomId, avatar);
  const uploads = new Uploads(bundle, media, journal, input.encryptedFiles);
  const { earlierSlice, localAuthors } = await replay({ ...input, bundle, roomId, onEvent }, uploads);
  await settleState(writer, roomId, { bundle, uploads, journal });
  await noteSlice(writer, roomId, jobId, head, earlierSlice);
  return { localAuthors };
}

/** What the requester gets to read: how much came over, and everything that did not, or not as it was. */
export async function reportOf(
  { journal, bundleSha256, signedBy }: Pick<RoomImport, "journal" | "bundleSha256" | "signedBy">,
  roomId: string,
): Promise<JsonObject> {
  const { sent, left_out, files } = await journal.counts();
  const ledger = (await journal.ledger()).map((entry) => ({ ...entry }));
  return {
    room_id: roomId,
    bundle_sha256: bundleSha256,
    signed_by: signedBy ?? null,
    events: { sent, left_out },
    files,
    ledger,
  };
}
