import pLimit from "p-limit";
import { member, setMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { CREATION, TRANSACTION } from "../../../matrix/names.ts";
import type { BotHomeserver } from "../../../ports/homeserver/bot-homeserver.ts";
import { eventsOf, objectOf, unlessAbsent } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import { eventSeenBy } from "./event-lookup.ts";
import { stateEvent } from "../reading/room-reader.ts";
import type { HomeserverWriter } from "../writing/room-writer.ts";
import { createRoom, joinRoom } from "../room-calls.ts";

/** The bot's side of a homeserver; `client` acts as the service user, as `writer` does. */
export function botHomeserver(client: HomeserverClient, writer: HomeserverWriter): BotHomeserver {
  // the list is read, changed and written: one change after the other
  const oneAtATime = pLimit(1);
  return {
    userId: writer.userId,
    async join(roomId) {
      await joinRoom(client, roomId);
    },
    async leave(roomId, reason) {
      const body: JsonObject = reason === undefined ? {} : { reason };
      await client.call({ method: "POST", path: path`/rooms/${roomId}/leave`, body });
    },
    forget: (roomId) => writer.forget(roomId),
    say: (roomId, txnId, content) => writer.send(roomId, "m.room.message", txnId, { ...content, [TRANSACTION]: txnId }),
    sendState: (roomId, type, stateKey, content) => writer.sendState(roomId, type, stateKey, content),
    stateEvent: (roomId, type, stateKey) => stateEvent(client, roomId, type, stateKey),
    eventSeenBy: (userId, roomId, eventId) => eventSeenBy(client, userId, roomId, eventId),
    async members(roomId) {
      const call = { method: "GET", path: path`/rooms/${roomId}/members` } as const;
      return eventsOf(call, await client.call(call), "chunk")
        .filter(({ content }) => ["join", "invite"].includes(stringMember(content, "membership") ?? ""))
        .map((membership) => membership.state_key ?? "");
    },
    joinedRooms: () => writer.joinedRooms(),
    async createDirectRoom(userId, mark) {
      const creation_content = { [CREATION]: mark };
      const options = { preset: "trusted_private_chat", is_direct: true, invite: [userId], creation_content };
      const roomId = await createRoom(client, options);
      await oneAtATime(() => listAsDirect(client, writer.userId, userId, roomId));
      return roomId;
    },
  };
}

/** Adds the room to `m.direct` of the service user's account data (client-server API, "Direct messaging"). */
async function listAsDirect(client: HomeserverClient, self: string, userId: string, roomId: string): Promise<void> {
  const target = path`/user/${self}/account_data/m.direct`;
  const call = { method: "GET", path: target } as const;
  const direct = objectOf(call, (await unlessAbsent(client.call(call))) ?? {});
  const rooms = member(direct, userId);
  setMember(direct, userId, [roomId, ...(Array.isArray(rooms) ? rooms : [])]);
  await client.call({ method: "PUT", path: target, body: direct });
}
