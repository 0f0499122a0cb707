import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { JsonObject } from "../../src/matrix/json.ts";
import type { MemoryHomeserver } from "./fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "./fakes/memory-homeserver/room.ts";
import type { Stage } from "./random-room.ts";
import type { ShownRoom } from "./same-conversation.ts";

/** Who acts in the room: the last one is of another server. */
export const PEOPLE = ["@ann:one.test", "@bob:one.test", "@dora:far.test"];
const START = Date.UTC(2024, 0, 1);

/** A room in memory, where a second goes by with each three events. */
export function stageOn(homeserver: MemoryHomeserver): Stage & { room: MemoryRoom } {
  const room = homeserver.addRoom();
  const person = (who: number): string => PEOPLE[who] ?? "";
  const add = (who: number, type: string, content: JsonObject, state_key?: string): string =>
    room.add({
      ...{ type, sender: person(who), content, origin_server_ts: START + Math.floor(room.timeline.length / 3) * 1000 },
      ...(state_key !== undefined && { state_key }),
    });
  add(0, "m.room.create", { room_version: "11" }, "");
  add(0, "m.room.power_levels", { users: { [person(0)]: 100 } }, "");
  add(0, "m.room.history_visibility", { history_visibility: "shared" }, "");
  for (const who of [0, 1, 2]) add(who, "m.room.member", { membership: "join", displayname: `P${who}` }, person(who));
  return {
    room,
    roomId: room.id,
    send: async (who, type, content) => add(who, type, content),
    setState: async (who, type, content, key = "") => add(who, type, content, key),
    redact: async (who, redacts, reason) => add(who, "m.room.redaction", { redacts, reason }),
    upload: (bytes, mimetype) =>
      homeserver.upload(() => Promise.resolve(Readable.from([bytes])), bytes.length, mimetype),
    setProfile: async (who, displayname, avatar) => {
      const content = { membership: "join", displayname, ...(avatar !== undefined && { avatar_url: avatar }) };
      add(who, "m.room.member", content, person(who));
    },
  };
}

/** A room as its members see it. */
export const shownOn = (homeserver: MemoryHomeserver, roomId: string): ShownRoom => ({
  timeline: homeserver.rooms.get(roomId)?.timeline ?? [],
  download: async (uri) => buffer((await homeserver.download(uri, new AbortController().signal)).body),
});
