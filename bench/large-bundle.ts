import { createCipheriv, createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventLine } from "../src/bundle/manifest/manifest-lines.ts";
import type { BundleEvent, ManifestHead, MediaEntry } from "../src/bundle/manifest/manifest.ts";
import { writeBundle, type MediaFile } from "../src/bundle/write-bundle.ts";
import { sampleConversation } from "../demo/sample.ts";

const ROOM = "!bench:acme.org";
const SENDERS = ["@ann:acme.org", "@ben:acme.org", "@cat:acme.org"];
const EVENTS_A_CHUNK = 500;
const FILE_BYTES = 10 * 1024 * 1024;

/** Writes a sound bundle of so many messages and so many bytes of media into a folder; gives its path. */
export async function largeBundle(folder: string, events: number, mediaBytes: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const media = await files(join(folder, "media"), Math.round(mediaBytes / FILE_BYTES));
  const path = join(folder, "large.zip");
  await writeBundle(createWriteStream(path), { head: headOf(events, media), events: lines(events, media), media });
  return path;
}

/** Files that do not compress, like pictures. */
async function files(folder: string, count: number): Promise<MediaFile[]> {
  await mkdir(folder, { recursive: true });
  const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(FILE_BYTES);
  const made: MediaFile[] = [];
  for (let number = 0; number < count; number++) {
    const bytes = noise.update(zeros);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = join(folder, sha256);
    await writeFile(file, bytes);
    made.push({ sha256, file, name: `${number}.jpg`, mimetype: "image/jpeg", size: bytes.length });
  }
  return made;
}

const uriOf = (sha256: string): string => `mxc://acme.org/${sha256.slice(0, 24)}`;

async function* lines(events: number, media: readonly MediaFile[]): AsyncGenerator<Buffer, void, undefined> {
  for (let from = 0; from < events; from += EVENTS_A_CHUNK) {
    let chunk = "";
    for (let number = from; number < Math.min(events, from + EVENTS_A_CHUNK); number++)
      chunk += eventLine(eventOf(number, media));
    yield Buffer.from(chunk);
  }
}

const idOf = (number: number): string => `$${createHash("sha256").update(String(number)).digest("base64url")}`;
const texts = sampleConversation();

/** Every third message is a reply; every file is in one message. */
function eventOf(number: number, media: readonly MediaFile[]): BundleEvent {
  const file = media[number];
  const text = texts[number % texts.length]?.body ?? "";
  const reply = number % 3 === 1 && { "m.relates_to": { "m.in_reply_to": { event_id: idOf(number - 1) } } };
  return {
    event_id: idOf(number),
    type: "m.room.message",
    sender: SENDERS[number % SENDERS.length] as string,
    origin_server_ts: 1_700_000_000_000 + number * 1000,
    content: file
      ? { msgtype: "m.image", body: file.name, url: uriOf(file.sha256), info: { mimetype: file.mimetype } }
      : { msgtype: "m.text", body: text, "m.mentions": {}, ...reply },
  };
}

function headOf(events: number, files: readonly MediaFile[]): ManifestHead {
  const entry = ({ size, mimetype, name, sha256 }: MediaFile): MediaEntry => ({
    size,
    mimetype,
    names: [name],
    uris: [uriOf(sha256)],
  });
  return {
    format: "io.roomporter.bundle",
    format_version: 1,
    generator: "bench",
    exported_at: "2026-01-01T00:00:00Z",
    exported_by: "@ann:acme.org",
    source: { server_name: "acme.org", room_id: ROOM },
    room: {
      name: "Bench",
      topic: null,
      avatar: null,
      type: "group",
      scope: { scope_kind: "normal" },
      visibility: "private",
      created_at: null,
      creator: null,
      room_version: "12",
    },
    coverage: { complete: true, limits: [] },
    counts: {
      events,
      by_type: { "m.room.message": events },
      senders: SENDERS.length,
      media_files: files.length,
      media_bytes: files.reduce((sum, { size }) => sum + size, 0),
      ledger: 0,
    },
    senders: new Map(SENDERS.map((userId) => [userId, { display_name: null, avatar: null, foreign: false }])),
    media: new Map(files.map((file) => [file.sha256, entry(file)])),
    ledger: [],
    state: [],
  };
}
