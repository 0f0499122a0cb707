import { Readable } from "node:stream";
import { expect } from "chai";
import type { Bundle } from "../../src/bundle/open-bundle.ts";
import { originalOf, type OriginalEvent } from "../../src/bundle/original.ts";
import type { BundleEvent, LedgerEntry, ManifestHead, MediaEntry, Sender } from "../../src/bundle/manifest/manifest.ts";
import type { LabelStyle } from "../../src/imports/plan/labels/label.ts";
import { replay } from "../../src/imports/replay/replay.ts";
import { Uploads } from "../../src/imports/replay/files/uploads.ts";
import type { ClientEvent } from "../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../src/matrix/json.ts";
import { IMPORTED_SENDER, ORIGIN } from "../../src/matrix/names.ts";
import type { HomeserverError, RoomWriter } from "../../src/ports/homeserver/homeserver.ts";
import type { Behaviours } from "./fakes/memory-homeserver/behaviours.ts";
import { MemoryHomeserver } from "./fakes/memory-homeserver/homeserver.ts";
import { memoryStores } from "./fakes/memory-stores.ts";
import { membership, stateEvent } from "./room-events.ts";

const SERVICE = "@porter:here";
const NEW_ROOM = "!new:here";
/** Where the events come from. */
export const SOURCE = { server_name: "acme.test", room_id: "!old:acme.test" };
let events = 0;

/** An event of a bundle, said at the source. */
export function said(type: string, content: JsonObject, more: Partial<BundleEvent> = {}): BundleEvent {
  const number = ++events;
  return { event_id: `$old${number}`, type, sender: "@ann:acme.test", origin_server_ts: number, content, ...more };
}

/** A text message of the bundle. */
export function text(body: string, more: JsonObject = {}, event: Partial<BundleEvent> = {}): BundleEvent {
  return said("m.room.message", { msgtype: "m.text", body, ...more }, event);
}

export interface ReplayOptions {
  style?: LabelStyle;
  /** names of people, by user id; Ann is known */
  names?: Record<string, string>;
  /** addresses of files that the bundle holds, one byte each */
  files?: string[];
  state?: BundleEvent[];
  /** what the homeserver does not take */
  refuse?: (type: string, content: JsonObject) => HomeserverError | undefined;
  importedBy?: string;
  /** what the homeserver does otherwise */
  behaviours?: Partial<Behaviours>;
}

/** What a replay left in a new room, in order. */
export interface ReplayedEvents {
  sent: ClientEvent[];
  /** the same as the source had them, as far as they say so */
  originals: OriginalEvent[];
  ledger: LedgerEntry[];
  homeserver: MemoryHomeserver;
}

/** So many go in one batch, so that short conversations need several. */
const AT_ONCE = 3;

/**
 * Replays events into a new room of a homeserver in memory, one by one and, which must come to the same, in batches into another
 * one's; gives the former.
 */
export async function replayEvents(bundled: BundleEvent[], options: ReplayOptions = {}): Promise<ReplayedEvents> {
  const singly = await replayed(bundled, options, undefined);
  // those that take batches have no such faults
  if (options.behaviours) return singly;
  const together = await replayed(bundled, options, AT_ONCE);
  expect(comparable(together), "sent in batches").to.deep.equal(comparable(singly));
  return singly;
}

/** What was sent and what the ledger says, whatever ids the homeserver has given. */
function comparable({ sent, ledger }: ReplayedEvents): unknown {
  const names = new Map(sent.map(({ event_id }, index) => [event_id, `$sent${String(index)}`]));
  const text = JSON.stringify({ sent, ledger });
  return JSON.parse(text.replace(/\$\d{6}/g, (id) => names.get(id) ?? id));
}

async function replayed(
  bundled: BundleEvent[],
  options: ReplayOptions,
  atOnce: number | undefined,
): Promise<ReplayedEvents> {
  const homeserver = new MemoryHomeserver("here");
  Object.assign(homeserver.behaviours, options.behaviours);
  homeserver.atOnce = atOnce;
  const room = homeserver.addRoom(NEW_ROOM, [
    stateEvent("m.room.create", "", { room_version: "11" }, SERVICE),
    stateEvent("m.room.power_levels", "", { users: { [SERVICE]: 100 } }, SERVICE),
    membership(SERVICE, "join"),
  ]);
  const before = room.timeline.length;
  const bundle = bundleOf(bundled, options);
  const { jobs, journal: journalOf } = memoryStores();
  await jobs.create({ id: "job", kind: "import", owner: "@ivan:here", params: {}, room_id: null });
  const run = await jobs.claim("test", 60_000);
  if (!run) throw new Error("nothing to claim");
  const journal = journalOf(run);
  await replay(
    {
      ...{ jobId: "job", bundle, roomId: NEW_ROOM, labelStyle: options.style ?? "introduce", journal },
      ...{ writer: writerOf(homeserver, options), media: homeserver, onEvent: () => undefined },
      signal: new AbortController().signal,
    },
    new Uploads(bundle, homeserver, journal),
  );
  const sent = room.timeline.slice(before);
  const ledger = await journal.ledger();
  return { sent, originals: sent.map(asOriginal), ledger, homeserver };
}

function bundleOf(bundled: BundleEvent[], { names = {}, files = [], state = [], importedBy }: ReplayOptions): Bundle {
  const senders = Object.entries({ "@ann:acme.test": "Ann", ...names }).map(([userId, display_name]) => [
    userId,
    { display_name, avatar: null, foreign: false } satisfies Sender,
  ]);
  const media = files.map((uri, index) => [
    `sha${index}`,
    { size: 1, mimetype: "text/plain", names: [`file${index}`], uris: [uri] } satisfies MediaEntry,
  ]);
  const head = {
    source: SOURCE,
    room: importedBy === undefined ? {} : { imported_by: importedBy },
    ...{ senders: new Map(senders as [string, Sender][]), media: new Map(media as [string, MediaEntry][]), state },
  } as unknown as ManifestHead;
  return {
    head,
    async *events() {
      yield* structuredClone(bundled);
    },
    openMedia: async (sha256: string) => Readable.from([Buffer.from(sha256.slice(-1))]),
  } as Partial<Bundle> as Bundle;
}

function writerOf(homeserver: MemoryHomeserver, { refuse = () => undefined }: ReplayOptions): RoomWriter {
  const user = homeserver.as(SERVICE);
  const send = user.send.bind(user);
  const sendState = user.sendState.bind(user);
  return Object.assign(user, {
    send: async (...args: Parameters<typeof send>) => {
      const refusal = refuse(args[1], args[3]);
      if (refusal) throw refusal;
      return await send(...args);
    },
    sendState: async (...args: Parameters<typeof sendState>) => {
      const refusal = refuse(args[1], args[3]);
      if (refusal) throw refusal;
      return await sendState(...args);
    },
  });
}

/** As an export of the new room reads it. */
function asOriginal(event: ClientEvent): OriginalEvent {
  const redacted = objectMember(event.unsigned, "redacted_because");
  const said =
    objectMember(event.content, IMPORTED_SENDER) ?? objectMember(objectMember(redacted?.["content"], ORIGIN), "target");
  const user_id = stringMember(said, "user_id") ?? stringMember(said, "sender");
  const author = user_id === undefined ? {} : { [IMPORTED_SENDER]: { user_id, display_name: null, avatar: null } };
  return originalOf({ ...event, ...author }, { server_name: "here", room_id: NEW_ROOM });
}
