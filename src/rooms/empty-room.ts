import {
  findState,
  isState,
  membershipIn,
  parseClientEvent,
  redactedBecause,
  type ClientEvent,
} from "../matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import { POLICY } from "../matrix/names.ts";
import { HomeserverError, type RoomReader, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import { GUARDED_LEVEL, MOST_OF_PEOPLE } from "../policy/guarded-room.ts";

/** State without which the room would fall apart, or open again. */
const KEPT: readonly string[] = [
  "m.room.create",
  "m.room.power_levels",
  "m.room.join_rules",
  "m.room.history_visibility",
  "m.room.guest_access",
  "m.room.server_acl",
  "m.room.tombstone",
  POLICY,
];
/** All that the events of these types have to say; what is there beside it, a reason above all, is somebody's words. */
const WORDLESS: Readonly<Record<string, readonly string[]>> = {
  "m.room.redaction": ["redacts"],
  "m.room.member": ["membership", "displayname", "avatar_url", "is_direct", "join_authorised_via_users_server"],
};
const PRESENT: ReadonlySet<string | undefined> = new Set(["join", "invite", "knock"]);
const REASON = "This room was closed.";
/** The last one only reads, where the homeserver does what it is told. */
const PASSES = 3;

/** The homeserver still serves what was said, though it has answered that it is redacted. The room stays one that is being closed. */
export class NotRedacted extends Error {
  readonly events: number;

  constructor(events: number) {
    super(`the homeserver still shows the words of ${events} events of the room that it was told to redact`);
    this.name = "NotRedacted";
    this.events = events;
  }
}

/**
 * Closes a room as far as somebody in it can: nobody may speak or come in any more, everybody is removed, every event is redacted, a
 * tombstone stands at the end, and the service user leaves and forgets. Safe to repeat at any point.
 * @throws HomeserverError; NotRedacted
 */
export async function emptyRoom(
  roomId: string,
  { reader, writer, signal }: { reader: RoomReader; writer: RoomWriter; signal: AbortSignal },
): Promise<void> {
  const state = await stateOf(reader, roomId, signal);
  if (state) {
    await silence(writer, roomId, state);
    for (const userId of peopleIn(state, writer.userId)) {
      // somebody with as much power, the creator of an ordinary room of version 12, can only go by themselves
      await unlessForbidden(() => writer.kick(roomId, userId, REASON));
    }
    await redactAll(roomId, { reader, writer, signal });
    await writer.sendState(roomId, "m.room.tombstone", "", { body: REASON, replacement_room: "" });
    await writer.leave(roomId);
  }
  await unlessForbidden(() => writer.forget(roomId));
}

/** Who is in the room, invited into it or knocking, but for one user. */
export function peopleIn(state: readonly ClientEvent[], except: string): string[] {
  const members = state.filter((event) => event.type === "m.room.member" && event.state_key !== except);
  return members
    .filter((event) => isState(event))
    .filter(isPresent)
    .map(({ state_key }) => state_key);
}

/** A membership of somebody who is in a room, invited into it or knocking. */
export function isPresent({ content }: Pick<ClientEvent, "content">): boolean {
  return PRESENT.has(stringMember(content, "membership"));
}

/** undefined: the service user has left already */
async function stateOf(reader: RoomReader, roomId: string, signal: AbortSignal): Promise<ClientEvent[] | undefined> {
  try {
    const state = await reader.state(roomId, signal);
    // the homeserver shows the state at one's leaving to those who left
    return membershipIn(state, reader.userId) === "join" ? state : undefined;
  } catch (error) {
    if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
    throw error;
  }
}

async function silence(writer: RoomWriter, roomId: string, state: readonly ClientEvent[]): Promise<void> {
  const contentOf = (type: string): JsonObject | undefined => findState(state, type)?.content;
  if (stringMember(contentOf("m.room.join_rules"), "join_rule") !== "invite")
    await writer.sendState(roomId, "m.room.join_rules", "", { join_rule: "invite" });
  const levels = contentOf("m.room.power_levels") ?? {};
  const own = objectMember(levels, "users")?.[writer.userId];
  const closed = typeof own === "number" ? Math.min(own, GUARDED_LEVEL) : MOST_OF_PEOPLE;
  if (levels["events_default"] !== closed || levels["invite"] !== closed)
    await writer.sendState(roomId, "m.room.power_levels", "", { ...levels, events_default: closed, invite: closed });
}

/** Redacts what says something, and reads it all again until nothing does: an answer of the homeserver is no proof. @throws NotRedacted */
async function redactAll(
  roomId: string,
  { reader, writer, signal }: { reader: RoomReader; writer: RoomWriter; signal: AbortSignal },
): Promise<void> {
  for (let pass = 1; ; pass++) {
    let spoken = 0;
    for await (const eventId of speakingEvents(roomId, reader, signal)) {
      spoken++;
      if (pass < PASSES) await writer.redact(roomId, eventId, `roomporter.close.${pass}.${eventId}`);
    }
    if (spoken === 0) return;
    if (pass === PASSES) throw new NotRedacted(spoken);
  }
}

/** Ids of the events that say something, newest first. */
async function* speakingEvents(roomId: string, reader: RoomReader, signal: AbortSignal): AsyncGenerator<string> {
  let from: string | undefined;
  do {
    const page = await reader.messages(roomId, from, signal);
    for (const value of page.chunk) {
      const event = parseClientEvent(value);
      if (!event || redactedBecause(event) || !saysSomething(event, reader.userId)) continue;
      signal.throwIfAborted();
      yield event.event_id;
    }
    from = page.end;
  } while (from !== undefined);
}

function saysSomething(event: ClientEvent, serviceUser: string): boolean {
  const { type, sender, content } = event;
  const wordless = WORDLESS[type];
  if (wordless) return sender !== serviceUser && Object.keys(content).some((key) => !wordless.includes(key));
  if (KEPT.includes(type)) return false;
  return !isState(event) || Object.keys(content).length > 0;
}

async function unlessForbidden(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof HomeserverError && error.isAbsentOrForbidden)) throw error;
  }
}
