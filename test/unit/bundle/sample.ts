import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventLine } from "../../../src/bundle/manifest/manifest-lines.ts";
import type {
  BundleEvent,
  LedgerEntry,
  ManifestHead,
  MediaEntry,
  Sender,
} from "../../../src/bundle/manifest/manifest.ts";
import { safeFileName } from "../../../src/bundle/archive/safe-file-name.ts";
import { writeBundle } from "../../../src/bundle/write-bundle.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";

const SERVER = "acme.test";
const ROOM = "!tea:acme.test";
const START = 1_700_000_000_000;

/** A room in the making; `bundle` writes it. */
export interface SampleRoom {
  roomId: string;
  serverName: string;
  events: BundleEvent[];
  state: BundleEvent[];
  media: { name: string; mimetype: string; uri: string; bytes: Buffer }[];
  ledger: LedgerEntry[];
  /** who imported it */
  importedBy?: string;
  /** changes the head that was made of the rest */
  head?: (head: ManifestHead) => void;
}

export function message(
  number: number,
  sender: string,
  content: JsonObject,
  more: Partial<BundleEvent> = {},
): BundleEvent {
  return {
    event_id: `$event-${number}`,
    type: "m.room.message",
    sender,
    origin_server_ts: START + number * 1000,
    content,
    ...more,
  };
}

export const ALICE = `@alice:${SERVER}`;
export const BOB = `@bob:${SERVER}`;
export const CAROL = "@carol:far.test";

/** Twelve events: a new room, text, reply, thread, edit, reactions, a picture, a redacted message and its redaction. */
export function sampleRoom(): SampleRoom {
  const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
  const about = (number: number, type: string, more: JsonObject = {}): JsonObject => ({
    "m.relates_to": { event_id: `$event-${number}`, rel_type: type, ...more },
  });
  const redaction = message(9, BOB, { redacts: "$event-8", reason: "mistake" }, { type: "m.room.redaction" });
  const create = message(0, ALICE, { room_version: "12" }, { type: "m.room.create", state_key: "" });
  const name = message(1, ALICE, { name: "Tea" }, { type: "m.room.name", state_key: "" });
  return {
    roomId: ROOM,
    serverName: SERVER,
    events: [
      create,
      name,
      message(2, ALICE, text("Is the tea ready? 🍵\u2028\u0000")),
      message(3, BOB, text("Soon", { "m.relates_to": { "m.in_reply_to": { event_id: "$event-2" } } })),
      message(4, BOB, text("In a thread", about(2, "m.thread"))),
      message(5, ALICE, text("* Is it?", { "m.new_content": text("Is it?"), ...about(2, "m.replace") })),
      message(6, BOB, about(2, "m.annotation", { key: "👍" }), { type: "m.reaction" }),
      message(7, CAROL, about(2, "m.annotation", { key: "👍" }), { type: "m.reaction" }),
      message(8, ALICE, {}, { unsigned: { redacted_because: redaction as unknown as JsonObject } }),
      redaction,
      message(10, ALICE, { msgtype: "m.image", body: "cup.png", url: "mxc://acme.test/cup", info: { w: 1 } }),
      message(11, CAROL, { any: ["thing", 1, { deep: true }] }, { type: "test.acme.custom" }),
    ].map(withAuthor),
    state: [create, name],
    media: [
      { name: "cup.png", mimetype: "image/png", uri: "mxc://acme.test/cup", bytes: Buffer.from("a picture of a cup") },
    ],
    ledger: [],
  };
}

function withAuthor(event: BundleEvent): BundleEvent {
  if (event.sender !== CAROL) return event;
  return { ...event, _imported_sender: { user_id: CAROL, display_name: "Carol", avatar: null } };
}

/** A directory for one test's files. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "bundle-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Writes the room as a bundle; gives the file's path. */
export async function writeSample(room: SampleRoom, directory: string, fileName: string): Promise<string> {
  const head = headOf(room);
  const media = filesOf(room);
  const stored = [...media].map(async ([sha256, { name, mimetype, bytes }]) => {
    const file = join(directory, sha256);
    await writeFile(file, bytes);
    return { sha256, file, name: safeFileName(name), mimetype, size: bytes.length };
  });
  const path = join(directory, fileName);
  await writeBundle(createWriteStream(path), { head, events: lines(room.events), media: await Promise.all(stored) });
  return path;
}

async function* lines(events: BundleEvent[]): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(events.map(eventLine).join(""));
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
}

/** The files of a room by hash, each once. */
function filesOf(room: SampleRoom): Map<string, SampleRoom["media"][number]> {
  const files = new Map<string, SampleRoom["media"][number]>();
  for (const file of room.media) {
    const sha256 = createHash("sha256").update(file.bytes).digest("hex");
    if (!files.has(sha256)) files.set(sha256, file);
  }
  return files;
}

function mediaOf(room: SampleRoom): Map<string, MediaEntry> {
  const media = new Map<string, MediaEntry>();
  for (const [sha256, { bytes, mimetype }] of filesOf(room)) {
    const same = room.media.filter((file) => file.bytes.equals(bytes));
    const names = [...new Set(same.map(({ name }) => name))];
    media.set(sha256, { size: bytes.length, mimetype, names, uris: same.map(({ uri }) => uri) });
  }
  return media;
}

function sendersOf(room: SampleRoom): Map<string, Sender> {
  const senders = new Map<string, Sender>();
  for (const { _imported_sender: author } of room.events)
    if (author) {
      const { display_name } = author;
      senders.set(author.user_id, { display_name, avatar: null, foreign: true, _imported_sender: author });
    }
  for (const { sender, _imported_sender: author } of room.events) {
    const foreign = !sender.endsWith(`:${room.serverName}`);
    const block = foreign && author ? { _imported_sender: author } : {};
    senders.set(sender, { display_name: null, avatar: null, foreign, ...block });
  }
  return senders;
}

/** What the manifest of this room says. */
export function headOf(room: SampleRoom): ManifestHead {
  const media = mediaOf(room);
  const senders = sendersOf(room);
  const byType = Object.create(null) as Record<string, number>;
  for (const { type } of room.events) byType[type] = (byType[type] ?? 0) + 1;
  const head: ManifestHead = {
    format: "io.roomporter.bundle",
    format_version: 1,
    generator: "roomporter test",
    exported_at: "2026-11-22T10:00:00Z",
    exported_by: ALICE,
    source: { server_name: room.serverName, room_id: room.roomId },
    room: {
      name: "Tea",
      topic: null,
      avatar: null,
      type: "group",
      scope: { scope_kind: "normal" },
      visibility: "private",
      created_at: START,
      creator: ALICE,
      room_version: "12",
      ...(room.importedBy !== undefined && { imported_by: room.importedBy }),
    },
    coverage: { complete: true, limits: [] },
    counts: {
      events: room.events.length,
      by_type: byType,
      senders: senders.size,
      media_files: media.size,
      media_bytes: [...media.values()].reduce((sum, { size }) => sum + size, 0),
      ledger: room.ledger.length,
    },
    senders,
    media,
    ledger: room.ledger,
    state: room.state,
  };
  room.head?.(head);
  return head;
}
