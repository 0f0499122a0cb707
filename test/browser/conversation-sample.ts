import type { BundleEvent } from "../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import { png, wav } from "../support/pictures.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, type SampleRoom } from "../unit/bundle/sample.ts";

const DAY = 86_400;

export const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
export const about = (number: number, type: string, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { event_id: `$event-${number}`, rel_type: type, ...more },
});
export const html = (body: string, formatted: string): JsonObject =>
  text(body, { format: "org.matrix.custom.html", formatted_body: formatted });
export const reply = (number: number): JsonObject => ({
  "m.relates_to": { "m.in_reply_to": { event_id: `$event-${number}` } },
});

/** A file of the room; gives the content of its message. */
export function file(
  room: SampleRoom,
  msgtype: string,
  name: string,
  bytes: Buffer,
  more: JsonObject = {},
): JsonObject {
  const uri = `mxc://acme.test/${room.media.length}-${name.replaceAll(/[^a-z0-9]/gi, "")}`;
  room.media.push({
    name,
    mimetype: typeof more["mimetype"] === "string" ? more["mimetype"] : "image/png",
    uri,
    bytes,
  });
  return { msgtype, body: name, url: uri, ...more };
}

/** An otherwise empty room with these messages. */
export function roomOf(events: BundleEvent[]): SampleRoom {
  const room = sampleRoom();
  const created = room.events.slice(0, 2);
  return { ...room, events: [...created, ...events], state: created, media: [] };
}

/** One of each thing that a conversation can hold, over three days; message numbers from 10 on. */
export function conversationRoom(): SampleRoom {
  const room = roomOf([]);
  const picture = png(48, [40, 120, 200]);
  room.head = (head) => {
    head.room.topic = "Everything about tea";
    for (const [userId, name] of Object.entries({ [ALICE]: "Alice", [BOB]: "Bob", [CAROL]: "Carol <3" })) {
      const sender = head.senders.get(userId);
      if (sender) sender.display_name = name;
    }
  };
  const avatar = file(room, "m.image", "alice.png", png(32, [200, 80, 40]))["url"] as string;
  const join = (number: number, userId: string, name: string, more: JsonObject = {}): BundleEvent =>
    message(
      number,
      userId,
      { membership: "join", displayname: name, ...more },
      { type: "m.room.member", state_key: userId },
    );
  const poll = {
    "m.text": [{ body: "Which tea?" }],
    "m.poll": {
      max_selections: 1,
      question: { "m.text": [{ body: "Which tea?" }] },
      answers: ["Green", "Black"].map((body) => ({ "m.id": body.toLowerCase(), "m.text": [{ body }] })),
    },
  };
  const vote = (number: number, who: string, answer: string): BundleEvent =>
    message(number, who, { "m.selections": [answer], ...about(40, "m.reference") }, { type: "m.poll.response" });
  const removal = message(31, BOB, { redacts: "$event-30", reason: "spam" }, { type: "m.room.redaction" });
  const foreign = { _imported_sender: { user_id: CAROL, display_name: "Carol <3", avatar: null } };
  room.events.push(
    join(2, ALICE, "Alice", { avatar_url: avatar }),
    join(3, BOB, "Bob"),
    message(10, ALICE, text("Is the tea ready? See https://example.org/tea.")),
    message(
      11,
      ALICE,
      html("bold", 'Some <b>bold</b> and <code>code</code>, <span data-mx-spoiler="end">the butler did it</span>'),
    ),
    message(12, BOB, text("> <@alice:acme.test> Is the tea ready?\n\nSoon", reply(10))),
    message(13, CAROL, { msgtype: "m.emote", body: "waves" }, foreign),
    message(14, BOB, text("Tea at forty degrees", about(10, "m.thread"))),
    message(15, CAROL, text("Rather at eighty", about(10, "m.thread")), foreign),
    message(
      16,
      ALICE,
      text("* Is the tea good?", { "m.new_content": text("Is the tea good?"), ...about(10, "m.replace") }),
    ),
    message(17, BOB, about(10, "m.annotation", { key: "👍" }), { type: "m.reaction" }),
    message(18, CAROL, about(10, "m.annotation", { key: "👍" }), { type: "m.reaction", ...foreign }),
    message(
      DAY + 20,
      ALICE,
      file(room, "m.image", "cup.png", picture, { info: { w: 48, h: 48 }, filename: "cup.png", body: "My cup" }),
    ),
    message(DAY + 21, BOB, file(room, "m.audio", "sound.wav", wav(100), { mimetype: "audio/wav" })),
    message(
      DAY + 22,
      BOB,
      file(room, "m.video", "film.mp4", Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isommp42", "latin1")),
    ),
    message(DAY + 23, ALICE, file(room, "m.file", "notes.txt", Buffer.from("milk, sugar"))),
    message(DAY + 24, BOB, { body: "gone.png", msgtype: "m.image", url: "mxc://acme.test/gone" }),
    message(30, ALICE, {}, { unsigned: { redacted_because: removal as unknown as JsonObject } }),
    removal,
    message(40, ALICE, poll, { type: "m.poll.start" }),
    vote(41, BOB, "green"),
    vote(42, ALICE, "black"),
    vote(43, BOB, "black"),
    message(44, ALICE, { "m.text": [{ body: "Black" }], ...about(40, "m.reference") }, { type: "m.poll.end" }),
    message(50, BOB, { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "AwgAEnAC" }, { type: "m.room.encrypted" }),
    message(51, BOB, { any: "thing" }, { type: "test.acme.custom" }),
    message(DAY * 2 + 60, ALICE, { topic: "Everything about tea" }, { type: "m.room.topic", state_key: "" }),
    message(DAY * 2 + 61, BOB, text("a message that is not there", reply(999))),
    message(DAY * 2 + 62, ALICE, { msgtype: "m.notice", body: "That is all" }),
  );
  room.ledger = [{ code: "media_unavailable", message: "The file is gone.", uri: "mxc://acme.test/gone" }];
  return room;
}

/** Many short messages, one a minute. */
export function longRoom(count: number): SampleRoom {
  return roomOf(
    Array.from({ length: count }, (_, at) =>
      message(10 + at * 60, at % 3 === 0 ? ALICE : BOB, text(at === count - 7 ? "the needle" : `message ${at}`)),
    ),
  );
}
