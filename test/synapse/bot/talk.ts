import { setTimeout as sleep } from "node:timers/promises";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";

/** Asks again until there is something. @throws Error after a minute */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    await sleep(100);
  }
  throw new Error(`not in 60 s: ${what}`);
}

/** The messages that a user has sent into a room, edits included. */
export async function messagesOf(sender: string, reader: MatrixClient, roomId: string): Promise<ClientEvent[]> {
  return (await reader.timeline(roomId)).filter((event) => event.sender === sender && event.type === "m.room.message");
}

/** What a message says; an edit: its new words. */
export function wordsOf({ content }: ClientEvent): string {
  return stringMember(objectMember(content, "m.new_content") ?? content, "body") ?? "";
}

/** Waits for words of `sender` in a room. */
export function said(sender: string, reader: MatrixClient, roomId: string, words: string): Promise<ClientEvent> {
  return eventually(`${sender} says "${words}"`, async () =>
    (await messagesOf(sender, reader, roomId)).find((event) => wordsOf(event).includes(words)),
  );
}

let syncs = 0;

/** Joins the room into which `inviter` invites, and gives it. */
export function joinInvitedBy(inviter: string, user: MatrixClient): Promise<string> {
  return eventually(`an invitation by ${inviter}`, async () => {
    // Synapse answers a repeated first sync from its cache
    const filter = JSON.stringify({ room: { timeline: { limit: ++syncs } } });
    const sync = await user.request("GET", "/_matrix/client/v3/sync", { query: { filter } });
    const invitations = Object.entries(objectMember(objectMember(sync, "rooms"), "invite") ?? {});
    const [roomId] = invitations.find(([, room]) => isInvitedBy(inviter, room)) ?? [];
    if (roomId !== undefined) await user.join(roomId);
    return roomId;
  });
}

function isInvitedBy(inviter: string, room: JsonValue): boolean {
  const events = objectMember(room, "invite_state")?.["events"] as JsonObject[];
  return events.some((event) => event["type"] === "m.room.member" && event["sender"] === inviter);
}

export async function membershipOf(userId: string, reader: MatrixClient, roomId: string): Promise<string | undefined> {
  const state = await reader.state(roomId);
  const event = state.find(({ type, state_key }) => type === "m.room.member" && state_key === userId);
  return event && stringMember(event.content, "membership");
}
