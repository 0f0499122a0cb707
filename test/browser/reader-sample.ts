import type { BundleEvent } from "../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import { png } from "../support/pictures.ts";
import { ALICE, BOB, message, type SampleRoom } from "../unit/bundle/sample.ts";
import { about, file, html, reply, roomOf, text } from "./conversation-sample.ts";

const ANOTHER_BOB = "@bobby:acme.test";
const HOUR = 3600;
const DAY = 24 * HOUR;
const ROOM = "!tea:acme.test";

/** What conversations hold beyond the usual: a name twice, links, pins, places, stickers, galleries, threads, text files. */
export function readerRoom(): SampleRoom {
  const room = roomOf([]);
  const named = (number: number, who: string, name: string): BundleEvent =>
    message(number, who, { membership: "join", displayname: name }, { type: "m.room.member", state_key: who });
  const thread = (number: number, more: JsonObject = {}): JsonObject => ({
    "m.relates_to": { rel_type: "m.thread", event_id: `$event-${number}`, ...more },
  });
  const fallback = { is_falling_back: true, "m.in_reply_to": { event_id: "$event-10" } };
  const picture = (name: string, shade: number): string =>
    file(room, "m.image", name, png(64, [shade, 120, 255 - shade]))["url"] as string;
  const removal = message(31, BOB, { redacts: "$event-30", reason: "spam" }, { type: "m.room.redaction" });
  const link = `https://matrix.to/#/${ROOM}/$event-10?via=acme.test`;
  const pinned = message(
    60,
    ALICE,
    { pinned: ["$event-10", "$event-15", "$event-404"] },
    { type: "m.room.pinned_events", state_key: "" },
  );
  room.events.push(
    named(2, ALICE, "Alice"),
    named(3, BOB, "Bob"),
    named(4, ANOTHER_BOB, "Bob"),
    message(10, ALICE, text("Shall we have tea?")),
    message(11, BOB, text("Yes (see https://example.org/tea_(drink)) and [https://example.org/b].")),
    message(12, ANOTHER_BOB, text("I am the other Bob")),
    message(
      13,
      BOB,
      html("link", `As <a href="${encodeURI(link)}">asked above</a>, and <a href="https://example.org/">elsewhere</a>`),
    ),
    message(14, BOB, text(`${link} or matrix:roomid/tea:acme.test/e/event-10`)),
    message(15, ALICE, {
      msgtype: "m.location",
      body: "The tea house geo:48.2082,16.3738",
      geo_uri: "geo:48.2082,16.3738;u=10",
    }),
    message(16, BOB, { body: "wave", url: picture("wave.png", 200) }, { type: "m.sticker" }),
    message(17, ALICE, {
      msgtype: "m.gallery",
      body: "Three cups",
      itemtypes: ["a", "b", "c"].map((name, at) => ({
        itemtype: "m.image",
        body: `${name}.png`,
        url: picture(`${name}.png`, at * 80),
        info: { w: 64, h: 64 },
      })),
    }),
    ...[20, 21, 22].map((number) =>
      message(number, number === 21 ? BOB : ALICE, text(`thread ${number}`, thread(10, fallback))),
    ),
    message(23, BOB, text("between")),
    message(24, BOB, text("thread 24", thread(10, fallback))),
    message(30, ANOTHER_BOB, {}, { unsigned: { redacted_because: removal as unknown as JsonObject } }),
    removal,
    message(32, ALICE, text("what was that?", reply(30))),
    message(40, ALICE, file(room, "m.file", "recipe.py", Buffer.from("print('tea')\n"), { mimetype: "text/x-python" })),
    message(41, ALICE, file(room, "m.file", "README", Buffer.from("Boil water.\n"), { mimetype: "text/plain" })),
    message(42, ALICE, file(room, "m.file", "page.py", Buffer.from("<html>tea</html>"), { mimetype: "text/plain" })),
    message(50, BOB, {
      ...text("Alice: it is me"),
      "com.beeper.per_message_profile": { id: "m", displayname: "Alice", has_fallback: true },
    }),
    message(
      51,
      BOB,
      { ...about(10, "m.annotation", { key: picture("tea.png", 90) }), shortcode: "tea" },
      { type: "m.reaction" },
    ),
    pinned,
    message(2 * HOUR, ALICE, text("half past midnight in Vienna, at night in UTC")),
    message(2 * HOUR + 5, ALICE, text("still the same hour")),
  );
  room.state = [...room.state, pinned];
  return room;
}

/** Messages whose times go back and forth, as where a room was joined with its history: so many pages of so many days. */
export function unorderedRoom(): SampleRoom {
  const days = [300, 301, 302, 10, 11, 12, 303, 304];
  return roomOf(
    days.flatMap((day, at) =>
      Array.from({ length: 150 }, (_, number) =>
        message(1000 + at * 150 + number, ALICE, text(`day ${day}, message ${number}`), {
          origin_server_ts: Date.UTC(2024, 0, 1) + (day * DAY + number * 60) * 1000,
        }),
      ),
    ),
  );
}

/** A space with three rooms, one of them removed. */
export function spaceRoom(): SampleRoom {
  const child = (number: number, id: string, content: JsonObject): BundleEvent =>
    message(number, ALICE, content, { type: "m.space.child", state_key: `!${id}:acme.test` });
  const children = [
    child(2, "late", { via: ["acme.test"], order: "b" }),
    child(3, "early", { via: ["acme.test", "far.test"], order: "a", suggested: true }),
    child(4, "gone", {}),
  ];
  const room = roomOf(children);
  room.state = [...room.state, ...children];
  room.head = (head) => {
    head.room.type = "space";
  };
  return room;
}
