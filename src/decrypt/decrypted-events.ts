import { withDecrypted } from "../bundle/decrypted/event-line.ts";
import { encryptedContent, plainForm } from "../bundle/decrypted/plain-form.ts";
import { LineEdit } from "../bundle/decrypted/line-edit.ts";
import { MAX_DEPTH, MAX_EVENT_BYTES } from "../bundle/limits.ts";
import { carriedMedia } from "../bundle/manifest/carried-media.ts";
import { parseEvent } from "../bundle/manifest/manifest-head.ts";
import type { BundleEvent, Decrypted, ManifestHead } from "../bundle/manifest/manifest.ts";
import { originalOf } from "../bundle/original.ts";
import { encryptedFiles } from "../matrix/encrypted-file.ts";
import { isTooDeep, type JsonObject } from "../matrix/json.ts";
import { Authorship, hasOtherRelation } from "./authorship.ts";
import type { DecryptedFiles } from "./decrypted-files.ts";
import type { Decryptor, Opened, OpenedEvent } from "./decryptor.ts";
import type { Scratch } from "./exported-bundle.ts";
import type { Outcomes } from "./outcomes.ts";

const ENCRYPTED = '"m.room.encrypted"';
const NOTHING: readonly Buffer[] = [];

/** The line of an event, and where it holds a ciphertext also what there is to decrypt. */
interface Line {
  text: string;
  event?: BundleEvent;
  encrypted?: JsonObject;
}

/** The layout of a manifest is none that can be changed line by line. */
export class LayoutError extends Error {}

/** Where the lines go, and what is told on the way. */
interface Parts {
  head: ManifestHead;
  decryptor: Decryptor;
  files: DecryptedFiles;
  outcomes: Outcomes;
  /** takes the lines of all events, each with a newline */
  scratch: Scratch;
}

/** Decrypts the events of a manifest as its bytes come. @throws LayoutError */
export async function decryptEvents(manifest: AsyncIterable<Buffer>, parts: Parts): Promise<void> {
  const { head, scratch } = parts;
  const authorship = new Authorship();
  let lines: Line[] = [];
  let count = 0;
  const element = (section: string, line: Buffer, index: number): readonly Buffer[] => {
    if (section === "events") lines.push(lineOf(line.toString(), index, head));
    return NOTHING;
  };
  const edit = new LineEdit({ element }, () => undefined);
  for await (const chunk of manifest) {
    edit.write(chunk);
    if (lines.length === 0) continue;
    count += lines.length;
    await scratch.append(await decrypted(lines, parts, authorship));
    lines = [];
  }
  if (!edit.isWhole || count !== head.counts.events) throw new LayoutError();
}

function lineOf(text: string, index: number, { source }: ManifestHead): Line {
  if (!text.includes(ENCRYPTED)) return { text };
  const event = parseEvent(text, index);
  const encrypted = encryptedContent(event, source);
  return encrypted ? { text, event, encrypted } : { text };
}

async function decrypted(lines: readonly Line[], parts: Parts, authorship: Authorship): Promise<Buffer> {
  const opened = await openAll(lines, parts);
  const texts: string[] = [];
  for (const line of lines) {
    const result = opened.get(line);
    texts.push(result && line.event ? await lineWith(line.event, line, result, parts, authorship) : line.text, "\n");
  }
  return Buffer.from(texts.join(""));
}

/** Imported events are of another room than those that were sent here. */
async function openAll(lines: readonly Line[], { decryptor, head }: Parts): Promise<Map<Line, Opened>> {
  const rooms = new Map<string, { line: Line; event: JsonObject }[]>();
  for (const line of lines) {
    if (!line.event || !line.encrypted) continue;
    const { roomId, eventId, sender, ts } = originalOf(line.event, head.source);
    const event = {
      ...{ type: "m.room.encrypted", content: line.encrypted },
      ...{ event_id: eventId, room_id: roomId, sender, origin_server_ts: ts },
    };
    const asked = rooms.get(roomId) ?? [];
    asked.push({ line, event });
    rooms.set(roomId, asked);
  }
  const opened = new Map<Line, Opened>();
  for (const [roomId, asked] of rooms) {
    const results = await decryptor.openBatch(
      roomId,
      asked.map(({ event }) => event),
    );
    asked.forEach(({ line }, index) => opened.set(line, results[index] ?? { kind: "closed", why: "malformed" }));
  }
  return opened;
}

/** The line with what was decrypted, or as it was, and the reason noted. */
async function lineWith(
  event: BundleEvent,
  { text, encrypted = {} }: Line,
  result: Opened,
  { head, files, outcomes }: Parts,
  authorship: Authorship,
): Promise<string> {
  outcomes.encrypted++;
  const id = event.event_id;
  if (result.kind === "closed") {
    outcomes.close(result.why, id, result.sessionId);
    return text;
  }
  const objection = authorship.objection(result, originalOf(event, head.source).sender);
  if (objection) {
    outcomes.close(objection, id, result.sessionId);
    return text;
  }
  const added = await decryptedOf(result, event, { head, files, outcomes });
  const line = withDecrypted(text, event, added);
  if (line === undefined) throw new LayoutError();
  if (
    Buffer.byteLength(line) > MAX_EVENT_BYTES ||
    isTooDeep({ event: { ...added } as unknown as JsonObject }, MAX_DEPTH)
  ) {
    outcomes.close("too_large", id, result.sessionId);
    return text;
  }
  outcomes.decrypted++;
  if (hasOtherRelation(result, encrypted))
    outcomes.note({
      code: "decryption_relation",
      message: "The relation inside this encrypted event is not the one beside it, which counts.",
      event_id: id,
    });
  return line;
}

async function decryptedOf(
  { type, content, sessionId, senderKey }: OpenedEvent,
  event: BundleEvent,
  { head, files, outcomes }: Pick<Parts, "head" | "files" | "outcomes">,
): Promise<Decrypted> {
  const addresses = new Map<string, string>();
  const added = (): Decrypted => ({
    ...{ type, content, session_id: sessionId },
    ...(senderKey !== undefined && { sender_key: senderKey }),
    ...(addresses.size > 0 && { files: Object.fromEntries(addresses) }),
  });
  const described = encryptedFiles(content);
  for (const file of described) {
    const found = await files.take(file, event.event_id);
    if (typeof found === "string") addresses.set(file.url, found);
    else outcomes.note(found);
  }
  // inline images, avatars of authors, what was not encrypted
  const known = new Set([...described.map(({ url }) => url), ...addresses.values()]);
  for (const uri of carriedMedia(plainForm({ ...event, decrypted: added() }, head), head.source)) {
    const found = known.has(uri) ? uri : await files.takeOpen(uri, event.event_id);
    if (typeof found !== "string") outcomes.note(found);
    else if (found !== uri) addresses.set(uri, found);
  }
  return added();
}
