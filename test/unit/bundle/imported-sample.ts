import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { isScaffolding, originalOf, type OriginalEvent } from "../../../src/bundle/original.ts";
import { Profiles } from "../../../src/bundle/profiles.ts";
import { difference } from "../../../src/matrix/json-pointer.ts";
import {
  cloneJson,
  isObject,
  parseJson,
  setMember,
  type JsonObject,
  type JsonValue,
} from "../../../src/matrix/json.ts";
import { headOf, type SampleRoom } from "./sample.ts";

const LIVE = ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.name", "test.acme.custom"];

/** The room that an import of this one would make on another server, as it would be exported there: after the bundle format's rules. */
export function importedRoom(room: SampleRoom, serverName: string): SampleRoom {
  const service = `@porter:${serverName}`;
  const source = { server_name: room.serverName, room_id: room.roomId };
  const idOf = (number: number): string => `$${serverName}-${number}`;
  const setup = (number: number, type: string, content: JsonObject, stateKey = ""): BundleEvent => ({
    event_id: `$${serverName}-setup-${number}`,
    type,
    sender: service,
    origin_server_ts: 1_800_000_000_000,
    content,
    state_key: stateKey,
  });
  const scaffolding = [
    setup(0, "m.room.create", { room_version: "12" }),
    setup(1, "m.room.member", { membership: "join" }, service),
    setup(2, "io.roomporter.imported", { source: { ...source } }),
  ];
  const { room: facts, senders } = headOf(room);
  const head: Parameters<typeof isScaffolding>[1] = { source, room: facts };
  const profiles = new Profiles(senders);
  const originals = room.events
    .filter((event) => !isScaffolding(event, head))
    .map((event) => originalOf(event, source));
  const ids = new Map(originals.map(({ eventId }, index) => [eventId, idOf(index)]));
  const redactions = new Map<string, BundleEvent>();
  const translated = (content: JsonObject): JsonObject => translate(content, ids, serverName) as JsonObject;
  const send = (original: OriginalEvent, more: JsonObject = {}): BundleEvent => {
    profiles.observe(original);
    const then = profiles.authorOf(original);
    const author = { ...then, avatar: then.avatar === null ? null : movedUri(then.avatar, serverName) };
    const event: BundleEvent = {
      event_id: ids.get(original.eventId) as string,
      type: original.type,
      sender: service,
      origin_server_ts: original.ts,
      content: {},
      _imported_sender: author,
    };
    const origin: JsonObject = { event_id: original.eventId, room_id: original.roomId, ...more };
    const { user_id, display_name, avatar } = author;
    const block = { user_id, display_name, ...(avatar !== null && { avatar_url: avatar }) };
    const added = { _imported_sender: block, do_not_index: true };
    if (!LIVE.includes(original.type)) {
      event.type = "io.roomporter.event";
      event.content = { type: original.type, content: original.content, ...added, "io.roomporter.origin": origin };
      if (original.stateKey !== undefined) event.content["state_key"] = original.stateKey;
      return event;
    }
    const sent = translated(original.content);
    const { set, drop } = difference(sent, original.content);
    event.content = {
      ...sent,
      ...added,
      "io.roomporter.origin": { ...origin, restore: { set: Object.fromEntries(set), drop } },
    };
    if (original.stateKey !== undefined) event.state_key = original.stateKey;
    return event;
  };
  const targetOf = ({ eventId, roomId, type, sender, ts }: OriginalEvent): JsonObject => ({
    target: {
      event_id: eventId,
      room_id: roomId,
      type,
      sender,
      origin_server_ts: ts,
      _imported_sender: { user_id: sender },
    },
  });
  for (const original of originals)
    if (original.redaction) redactions.set(original.redaction.eventId, send(original.redaction, targetOf(original)));
  const events = originals.map((original): BundleEvent => {
    if (!original.redaction) return redactions.get(original.eventId) ?? send(original);
    const { _imported_sender: _author, ...because } = redactions.get(original.redaction.eventId) as BundleEvent;
    const placeholder = {
      ...send(original),
      content: {},
      unsigned: { redacted_because: because as unknown as JsonObject },
    };
    return placeholder;
  });
  const imported = [...scaffolding, ...events];
  const media = room.media.map((file) => ({ ...file, uri: movedUri(file.uri, serverName) }));
  const roomId = `!imported:${serverName}`;
  const current = new Map<string, BundleEvent>();
  for (const event of imported)
    if (event.state_key !== undefined) current.set(JSON.stringify([event.type, event.state_key]), event);
  const state = [...current.values()];
  return { ...room, roomId, serverName, importedBy: service, events: imported, state, media };
}

function movedUri(uri: string, serverName: string): string {
  return uri.replace(/^mxc:\/\/[^/]*/, `mxc://${serverName}`);
}

/** New ids and addresses in the places of the old ones. */
function translate(value: JsonValue, ids: ReadonlyMap<string, string>, serverName: string): JsonValue {
  if (typeof value === "string")
    return ids.get(value) ?? (value.startsWith("mxc:") ? movedUri(value, serverName) : value);
  if (Array.isArray(value)) return value.map((item) => translate(item, ids, serverName));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) setMember(result, key, translate(inner, ids, serverName));
  return result;
}

/** A copy of a room that can be changed without changing the room. */
export function copyOf(room: SampleRoom): SampleRoom {
  const copy = (events: BundleEvent[]): BundleEvent[] =>
    cloneJson(parseJson(JSON.stringify(events))) as unknown as BundleEvent[];
  return {
    ...room,
    events: copy(room.events),
    state: copy(room.state),
    media: room.media.map((file) => ({ ...file })),
  };
}
