import { createHash } from "node:crypto";
import type { JsonObject } from "../../src/matrix/json.ts";
import type { MatrixClient } from "./matrix-client.ts";
import { png, wav } from "./pictures.ts";
import type { SharedSynapse } from "./shared-synapse.ts";
import { registerUser, unique } from "./users.ts";

/** A room in which real users have done all that a real room holds. */
export interface FullRoom {
  roomId: string;
  /** creator, power level 100 */
  ann: MatrixClient;
  /** power level 50 */
  bob: MatrixClient;
  eve: MatrixClient;
  /** same display name as ann */
  twin: MatrixClient;
  /** has talked, and left */
  carol: MatrixClient;
  /** has talked, and was banned */
  mallory: MatrixClient;
  /** what each event that the tests may ask for is, by name */
  events: Record<EventName, string>;
  /** every file that an event names */
  media: { uri: string; sha256: string; name: string }[];
}

export type EventName =
  | "plain"
  | "formatted"
  | "emote"
  | "reply"
  | "threadRoot"
  | "inThread"
  | "edited"
  | "lastEdit"
  | "foreignEdit"
  | "redacted"
  | "redaction"
  | "image"
  | "sameImage"
  | "file"
  | "voice"
  | "sticker"
  | "location"
  | "poll"
  | "pollEnd"
  | "encrypted"
  | "unknown"
  | "last";

/** Dates of the events: one a minute from here on. */
const START = Date.UTC(2021, 4, 1, 12);
const HTML = "org.matrix.custom.html";

/** Makes users and a room of their own, and fills it: about 60 events, dated by the clock. */
export async function fillRoom(
  synapse: Pick<SharedSynapse, "url" | "serverName" | "clock">,
  roomVersion = "11",
): Promise<FullRoom> {
  const people = {
    ann: await registerUser(synapse.url, unique("ann"), "Ann"),
    bob: await registerUser(synapse.url, unique("bob"), "Bob 🦊"),
    eve: await registerUser(synapse.url, unique("eve"), "<b>Eve</b>"),
    twin: await registerUser(synapse.url, unique("twin"), "Ann"),
    carol: await registerUser(synapse.url, unique("carol"), "مريم"),
    mallory: await registerUser(synapse.url, unique("mallory")),
  };
  const { ann, bob, eve, twin, carol, mallory } = people;
  const media: FullRoom["media"] = [];
  const upload = async (who: MatrixClient, data: Buffer, name: string, mimetype: string): Promise<string> => {
    const uri = await who.upload(data, mimetype, name);
    media.push({ uri, sha256: createHash("sha256").update(data).digest("hex"), name });
    return uri;
  };
  await ann.setAvatar(await upload(ann, png(8, [200, 40, 40]), "ann.png", "image/png"));

  const roomId = await ann.createRoom({
    room_version: roomVersion,
    name: "Tea 🍵 & <i>biscuits</i>",
    topic: "first topic",
    power_level_content_override: {
      users: { [bob.userId]: 50, ...(roomVersion === "12" ? {} : { [ann.userId]: 100 }) },
    },
  });
  for (const guest of [bob, eve, twin, carol, mallory]) {
    await ann.invite(roomId, guest.userId);
    await guest.join(roomId);
  }

  let now = START;
  const send = (who: MatrixClient, type: string, content: JsonObject): Promise<string> =>
    who.through(synapse.clock.asToken).send(roomId, type, content, (now += 60_000));
  const say = (who: MatrixClient, body: string, more: JsonObject = {}): Promise<string> =>
    send(who, "m.room.message", { msgtype: "m.text", body, ...more });
  const answer = (eventId: string): JsonObject => ({ "m.relates_to": { "m.in_reply_to": { event_id: eventId } } });
  const edit = (who: MatrixClient, eventId: string, body: string): Promise<string> =>
    say(who, `* ${body}`, {
      "m.new_content": { msgtype: "m.text", body },
      "m.relates_to": { rel_type: "m.replace", event_id: eventId },
    });
  const react = (who: MatrixClient, eventId: string, key: string): Promise<string> =>
    send(who, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } });

  // texts
  const plain = await say(ann, "hello, world");
  const formatted = await say(bob, "hello, *Ann*", {
    format: HTML,
    formatted_body: "hello, <em>Ann</em>",
    "m.mentions": { user_ids: [ann.userId] },
  });
  const emote = await say(eve, "waves", { msgtype: "m.emote" });
  await say(carol, "notices", { msgtype: "m.notice" });
  await say(bob, "!export");
  await say(carol, "نعم\u2028 mixed with English, a\u0000b, 👩‍👩‍👧‍👦\r\n\tand blanks  ");
  await say(mallory, "I am Ann, honest", { _imported_sender: { user_id: ann.userId }, do_not_index: false });
  const reply = await say(ann, "hello, Bob", answer(formatted));
  await say(eve, "answering nobody", answer("$nobodyhasthisevent0000000000000000000000000"));

  // thread
  const threadRoot = await say(twin, "a thread starts");
  const thread = (last: string): JsonObject => ({
    "m.relates_to": {
      rel_type: "m.thread",
      event_id: threadRoot,
      is_falling_back: true,
      "m.in_reply_to": { event_id: last },
    },
  });
  const inThread = await say(bob, "in the thread", thread(threadRoot));
  await say(ann, "in the thread, too", thread(inThread));

  // edits, and one that is none
  const edited = await say(ann, "teh first");
  await edit(ann, edited, "the frist");
  const lastEdit = await edit(ann, edited, "the first");
  const foreignEdit = await edit(mallory, edited, "what Ann never said");

  // reactions: the same key by several, one taken back and given again
  for (const who of [ann, bob, eve, twin]) await react(who, plain, "👍️");
  await react(bob, plain, "🎉");
  const back = await react(eve, plain, "👎");
  await eve.redact(roomId, back);
  await react(eve, plain, "👎");

  // redactions
  const redacted = await say(mallory, "spam spam");
  await react(eve, redacted, "🤮");
  await say(ann, "answering spam", answer(redacted));
  const redaction = await bob.redact(roomId, redacted, "spam & <i>lies</i>");

  // files
  const picture = png(16, [20, 120, 200]);
  const image = await say(ann, "sea.png", {
    msgtype: "m.image",
    url: await upload(ann, picture, "sea.png", "image/png"),
    info: { mimetype: "image/png", size: picture.length, w: 16, h: 16 },
  });
  const sameImage = await say(bob, "the sea again", {
    msgtype: "m.image",
    filename: "also the sea.png",
    url: await upload(bob, picture, "also the sea.png", "image/png"),
  });
  const file = await say(eve, "../../etc/passwd", {
    msgtype: "m.file",
    url: await upload(eve, Buffer.from("root:x"), "../../etc/passwd", "text/plain"),
    info: { thumbnail_url: await upload(eve, png(4, [0, 0, 0]), "thumbnail.png", "image/png") },
  });
  const sound = wav(300);
  const voice = await say(twin, "Voice message.wav", {
    msgtype: "m.audio",
    url: await upload(twin, sound, "Voice message.wav", "audio/wav"),
    info: { mimetype: "audio/wav", size: sound.length, duration: 300 },
    "org.matrix.msc1767.audio": { duration: 300, waveform: [0, 512, 1024] },
    "org.matrix.msc3245.voice": {},
  });
  const sticker = await send(eve, "m.sticker", {
    body: "a sticker",
    url: await upload(eve, png(12, [250, 200, 0]), "sticker.png", "image/png"),
    info: { mimetype: "image/png" },
  });
  await say(mallory, "gone.bin", { msgtype: "m.file", url: `mxc://${synapse.serverName}/doesNotExist` });
  const location = await say(carol, "here", { msgtype: "m.location", geo_uri: "geo:51.5,-0.1" });

  // poll
  const poll = await send(ann, "m.poll.start", {
    "m.text": [{ body: "Lunch?" }],
    "m.poll": {
      kind: "m.disclosed",
      max_selections: 1,
      question: { "m.text": [{ body: "Lunch?" }] },
      answers: [
        { "m.id": "soup", "m.text": [{ body: "Soup" }] },
        { "m.id": "rice", "m.text": [{ body: "Rice" }] },
      ],
    },
  });
  const toPoll = { "m.relates_to": { rel_type: "m.reference", event_id: poll } };
  await send(bob, "m.poll.response", { "m.selections": ["soup"], ...toPoll });
  await send(eve, "m.poll.response", { "m.selections": ["rice"], ...toPoll });
  await send(bob, "m.poll.response", { "m.selections": ["rice"], ...toPoll });
  const pollEnd = await send(ann, "m.poll.end", { "m.text": [{ body: "Rice it is" }], ...toPoll });

  // what must not act again
  const encrypted = await send(bob, "m.room.encrypted", {
    algorithm: "m.megolm.v1.aes-sha2",
    ciphertext: "AwgAEnAC",
    session_id: "s",
  });
  await send(ann, "m.call.invite", { call_id: "c1", version: "1", lifetime: 60_000, party_id: "p" });
  const unknown = await send(eve, "org.example.custom", {
    nested: [{ deep: [[], {}, "", 0, false, null] }],
    constructor: { prototype: 7 },
    most: Number.MAX_SAFE_INTEGER,
  });

  // state
  await ann.setState(roomId, "m.room.topic", { topic: "second topic" });
  await ann.setState(roomId, "m.room.name", { name: "Tea, renamed" });
  await ann.setState(roomId, "m.room.avatar", { url: await upload(ann, png(9, [9, 9, 9]), "room.png", "image/png") });
  await ann.setState(roomId, "m.room.pinned_events", { pinned: [plain, threadRoot] });
  await ann.setState(roomId, "org.example.widget", { url: "https://example.org/" }, "w1");

  // people come and go
  await say(carol, "goodbye");
  await carol.leave(roomId, "bored");
  await ann.ban(roomId, mallory.userId, "enough");
  const last = await say(ann, "the end");

  return {
    ...people,
    roomId,
    media,
    events: {
      plain,
      formatted,
      emote,
      reply,
      threadRoot,
      inThread,
      edited,
      lastEdit,
      foreignEdit,
      redacted,
      redaction,
      image,
      sameImage,
      file,
      voice,
      sticker,
      location,
      poll,
      pollEnd,
      encrypted,
      unknown,
      last,
    },
  };
}
