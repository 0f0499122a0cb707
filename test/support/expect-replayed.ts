import { expect } from "chai";
import { redactionTarget, type ClientEvent } from "../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../src/matrix/json.ts";
import type { Conversation } from "./conversation.ts";
import { originOf, type ImportedRoom } from "./imported-room.ts";

/**
 * Holds a room against the conversation that was imported into it, event by event as the homeserver serves them now: nothing lost,
 * doubled, out of order or added, and each event with its author, time and original content.
 */
export function expectReplayed(talk: Conversation, room: ImportedRoom): void {
  const timeline = room.timeline.map((event) => asDated(event, room.timeline));
  const redacted = redactedEvents(timeline);
  const sourceOf = (event: ClientEvent): string | undefined =>
    stringMember(originOf(event), "event_id") ?? redacted.get(event.event_id);
  const replayed = timeline.filter((event) => sourceOf(event) !== undefined);
  expect(replayed.map(sourceOf)).to.deep.equal(wantedOrder(talk));

  const added = timeline.filter((event) => sourceOf(event) === undefined && event.state_key === undefined);
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

/** A redaction that the homeserver could not date: its own time and content stand in the room's state. */
function asDated(event: ClientEvent, timeline: readonly ClientEvent[]): ClientEvent {
  const target = event.type === "m.room.redaction" ? redactionTarget(event) : undefined;
  const told = timeline.find(
    ({ type, state_key }) => target !== undefined && type === "io.roomporter.redaction" && state_key === target,
  );
  if (!told) return event;
  const { origin_server_ts, content } = told.content as { origin_server_ts: number; content: JsonObject };
  return { ...event, origin_server_ts, content };
}

/** New event id → source event id of what was taken back: a redacted event keeps nothing, its redaction says what it was. */
function redactedEvents(timeline: readonly ClientEvent[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const event of timeline) {
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
