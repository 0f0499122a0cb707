import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, message, sampleRoom, writeSample, type SampleRoom } from "./sample.ts";

/** The ids of a room that was upgraded twice, oldest first. */
export const UPGRADED = ["!one:acme.test", "!two:acme.test", "!three:acme.test"] as const;

/** Each begins as the one before it ended, is answered from the next one, and is closed but for the last. */
function upgradedRooms(): SampleRoom[] {
  let number = 100;
  return UPGRADED.map((roomId, at) => {
    const [before, after] = [UPGRADED[at - 1], UPGRADED[at + 1]];
    const say = (type: string, content: JsonObject, more: Partial<BundleEvent> = {}): BundleEvent =>
      message(number++, ALICE, content, { type, ...more });
    const state = (type: string, content: JsonObject, state_key = ""): BundleEvent =>
      say(type, content, { state_key, ...(state_key !== "" && { sender: state_key }) });
    const text = (body: string, more: JsonObject = {}): BundleEvent =>
      say("m.room.message", { msgtype: "m.text", body, ...more });
    const kept = [
      state("m.room.create", { room_version: String(10 + at), ...(before && { predecessor: { room_id: before } }) }),
      state("m.room.member", { membership: "join", displayname: `Alice ${String(at)}` }, ALICE),
      // in the second room nobody has seen him come
      ...(at === 1 ? [] : [state("m.room.member", { membership: "join", displayname: `Bob ${String(at)}` }, BOB)]),
      state("m.room.name", { name: "Tea" }),
      state("m.room.topic", { topic: at === 2 ? "black" : "green" }),
    ];
    const answered = { "m.in_reply_to": { event_id: `$event-${String(number - 1)}` } };
    const first = text(`the first in ${roomId}`, at === 0 ? {} : { "m.relates_to": answered });
    const reaction = { rel_type: "m.annotation", event_id: first.event_id, key: "👍" };
    const events = [
      ...kept,
      first,
      say("m.reaction", { "m.relates_to": reaction }),
      say("m.reaction", { "m.relates_to": reaction }, { sender: BOB }),
      say("m.room.message", { msgtype: "m.image", body: "cup.png", url: "mxc://acme.test/cup" }),
      text(`the second in ${roomId}`, {}),
    ];
    const closed = after && state("m.room.tombstone", { body: "moved", replacement_room: after });
    if (closed) events.push(closed, text("after all", {}));
    return {
      ...sampleRoom(),
      roomId,
      events,
      state: [...kept, ...(closed ? [closed] : [])],
      head(head) {
        head.room.room_version = String(10 + at);
        head.room.topic = at === 2 ? "black" : "green";
      },
    };
  });
}

/** Writes the bundle of each. */
export async function writeUpgraded(directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const [at, room] of upgradedRooms().entries())
    files.push(await writeSample(room, directory, `room-${String(at)}.zip`));
  return files;
}
