import { expect } from "chai";
import type { ClientEvent } from "../../src/matrix/event.ts";
import { objectMember, stringMember } from "../../src/matrix/json.ts";
import type { Conversation } from "./conversation.ts";
import { originOf, type ImportedRoom } from "./imported-room.ts";

/**
 * Holds a room against the conversation that was imported into it, event by event as the homeserver serves them now: nothing lost,
 * doubled, out of order or added, and each event with its author, time and original content.
 */
export function expectReplayed(talk: Conversation, room: ImportedRoom): void {
  const redacted = redactedEvents(room);
  const sourceOf = (event: ClientEvent): string | undefined =>
    stringMember(originOf(event), "event_id") ?? redacted.get(event.event_id);
  const replayed = room.timeline.filter((event) => sourceOf(event) !== undefined);
  expect(replayed.map(sourceOf)).to.deep.equal(wantedOrder(talk));

  const added = room.timeline.filter((event) => sourceOf(event) === undefined && event.state_key === undefined);
  expect(added.map(({ type }) => type)).to.deep.equal([]);

  const byId = new Map(replayed.map((event) => [sourceOf(event), event]));
  for (const source of talk.events) {
    const { event_id } = source;
    const event = byId.get(event_id);
    if (!event) throw new Error(`no event of ${event_id}`);
    const origin = originOf(event);
    expect(origin?.["origin_server_ts"] ?? event.origin_server_ts, event_id).to.equal(source.origin_server_ts);
    if (redacted.has(event.event_id)) {
      expect(event.content, event_id).to.deep.equal({});
      continue;
    }
    expect(objectMember(event.content, "_imported_sender"), event_id).to.include({ user_id: source.sender });
    const content = event.type === "io.roomporter.event" ? event.content["content"] : room.original(event);
    expect(content, event_id).to.deep.equal(source.content);
  }
}

/** New event id → source event id of what was taken back: a redacted event keeps nothing, its redaction says what it was. */
function redactedEvents(room: ImportedRoom): Map<string, string> {
  const found = new Map<string, string>();
  for (const event of room.timeline) {
    const target = stringMember(objectMember(originOf(event), "target"), "event_id");
    const redacts = stringMember(event.content, "redacts");
    if (target !== undefined && redacts !== undefined) found.set(redacts, target);
  }
  return found;
}

/** As in the source; a redaction that was not among its events comes right after what it took back. */
function wantedOrder(talk: Conversation): string[] {
  const there = new Set(talk.events.map((event) => event.event_id));
  return talk.events.flatMap((source) => {
    const because = stringMember(objectMember(source.unsigned, "redacted_because"), "event_id");
    return because === undefined || there.has(because) ? [source.event_id] : [source.event_id, because];
  });
}
