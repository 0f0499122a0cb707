import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { png } from "../../support/pictures.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, type SampleRoom } from "../bundle/sample.ts";

/** An event and what a reader must find of it. */
export interface Kind {
  what: string;
  event: BundleEvent;
  /** the number of the event at which pages and transcripts show it, where that is not the event itself; null: nowhere */
  at?: number | null;
  /** in pages, text and Markdown */
  says: string[];
  /** in its row of the table; as `says` where it is left out */
  row?: string[];
}

const DORA = "@dora:acme.test";
const HTML = { format: "org.matrix.custom.html" };
const UNSTABLE = "org.matrix.msc3381.poll.";

const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
const about = (number: number, rel_type: string, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { rel_type, event_id: `$event-${number}`, ...more },
});
const replyTo = (number: number): JsonObject => ({
  "m.relates_to": { "m.in_reply_to": { event_id: `$event-${number}` } },
});
const edit = (number: number, content: JsonObject): JsonObject => ({
  ...text("* new"),
  "m.new_content": content,
  ...about(number, "m.replace"),
});
const stablePoll = (question: string): JsonObject => ({
  "m.text": [{ body: question }],
  "m.poll": {
    kind: "m.disclosed",
    question: { "m.text": [{ body: question }] },
    answers: ["Green", "Black"].map((body) => ({ "m.id": body[0] ?? "", "m.text": [{ body }] })),
  },
});
const unstablePoll: JsonObject = {
  [`${UNSTABLE}start`]: {
    question: { "org.matrix.msc1767.text": "Biscuits?" },
    answers: ["Yes", "No"].map((body) => ({ id: body, "org.matrix.msc1767.text": body })),
  },
};

/** A room with one of everything that a conversation can hold, and what must be found of each. */
export function everyKind(): { room: SampleRoom; kinds: Kind[] } {
  const room = sampleRoom();
  const file = (name: string, shade: number): string => {
    const uri = `mxc://acme.test/${name.replaceAll(/\W/g, "")}`;
    room.media.push({ name, mimetype: "image/png", uri, bytes: png(8, [shade, shade, 200]) });
    return uri;
  };
  room.media = [];
  const [cup, pot, leaf, wave, heart] = ["cup.png", "pot.png", "leaf.png", "wave.png", "heart.png"].map(file);
  const kinds: Kind[] = [];
  const add = (what: string, event: BundleEvent, says: string[], more: Partial<Kind> = {}): void => {
    const author = { user_id: CAROL, display_name: "Carol", avatar: null };
    kinds.push({ what, event: event.sender === CAROL ? { ...event, _imported_sender: author } : event, says, ...more });
  };
  const state = (what: string, number: number, type: string, content: JsonObject, says: string, key = ""): void =>
    add(what, message(number, ALICE, content, { type, state_key: key }), says.split("|"));
  const member = (what: string, number: number, who: string, key: string, content: JsonObject, says: string): void =>
    add(what, message(number, who, content, { type: "m.room.member", state_key: key }), [says]);
  const say = (what: string, number: number, content: JsonObject, says: string[], more: Partial<Kind> = {}): void =>
    add(what, message(number, ALICE, content), says, more);

  state("creation", 0, "m.room.create", { room_version: "12" }, "created the room");
  member("coming in", 1, ALICE, ALICE, { membership: "join", displayname: "Alice" }, "joined");
  member("an invitation", 2, ALICE, DORA, { membership: "invite", displayname: "Dora" }, "invited Dora");
  member(
    "its end",
    3,
    ALICE,
    DORA,
    { membership: "leave", reason: "typo" },
    "took back the invitation of Dora: “typo”",
  );
  member("a new name", 4, ALICE, ALICE, { membership: "join", displayname: "Alice T" }, "is called Alice T now");
  state("a name", 5, "m.room.name", { name: "Tea" }, "named the room “Tea”");
  state("a topic", 6, "m.room.topic", { topic: "" }, "removed the topic");
  state("permissions", 7, "m.room.power_levels", { users: {} }, "changed the permissions in the room");
  state("pins", 8, "m.room.pinned_events", { pinned: [] }, "changed the pinned messages");
  state("joining", 9, "m.room.join_rules", { join_rule: "knock" }, "changed who may join: knock");
  state("unknown state", 10, "test.acme.state", {}, "changed the room’s state of type test.acme.state");
  const packed = { images: { cup: { url: cup ?? "" }, gone: { url: "mxc://acme.test/gone", body: "gone" } } };
  const tea = { pack: { display_name: "Tea", avatar_url: pot ?? "" }, ...packed };
  state("an image pack", 11, "m.room.image_pack", tea, "changed the image pack “Tea”:|:cup:|:gone:", "pack");
  state("an older image pack", 12, "im.ponies.room_emotes", packed, "changed the room’s image pack:|:cup:|:gone:");
  state("no image pack", 13, "m.room.image_pack", {}, "changed the image pack “pack”: no images", "pack");
  const policyServer = { via: "policy.test", public_keys: { ed25519: "key" } };
  state("a policy server", 14, "m.room.policy", policyServer, "set the policy server policy.test");
  state("no policy server", 15, "m.room.policy", {}, "removed the policy server");
  state("knocking", 16, "m.room.join_rules", { join_rule: "knock_restricted" }, "may join: knock_restricted");

  say("text", 20, text("Is it ready?"), ["Is it good?"], { row: ["Is it ready?"] });
  say("an edit", 21, edit(20, text("Is it good?")), ["dited"], { at: 20, row: ["Is it good?", "m.replace"] });
  say("a reply", 22, text("> <@a:b> q\n\nIt is", replyTo(20)), ["It is"], { row: ["It is", "$event-20"] });
  say("a thread", 23, text("Threaded", about(20, "m.thread")), ["Threaded"], { row: ["Threaded", "m.thread"] });
  const shownInOldClients = { is_falling_back: true, "m.in_reply_to": { event_id: "$event-22" } };
  say("a thread in old clients", 33, text("Once more", about(20, "m.thread", shownInOldClients)), ["Once more"]);
  say("formatted text", 24, text("*b*", { ...HTML, formatted_body: "<b>bold</b>" }), [], { row: ["*b*"] });
  say("an emote", 25, { msgtype: "m.emote", body: "waves" }, ["Alice T waves"], { row: ["waves"] });
  say("a notice", 26, { msgtype: "m.notice", body: "Noticed" }, ["Noticed"]);
  say("a place", 27, { msgtype: "m.location", body: "The pot", geo_uri: "geo:1,2" }, ["The pot", "geo:1,2"]);
  say("a picture", 28, { msgtype: "m.image", body: "My cup", filename: "cup.png", url: cup ?? "" }, [
    "My cup",
    "/cup.png",
  ]);
  say(
    "a gallery",
    29,
    {
      msgtype: "dm.filament.gallery",
      body: "Two of them",
      itemtypes: [
        { itemtype: "m.image", body: "pot.png", url: pot ?? "" },
        { itemtype: "m.image", body: "leaf.png", url: leaf ?? "" },
      ],
    },
    ["Two of them", "/pot.png", "/leaf.png"],
  );
  add("a sticker", message(30, ALICE, { body: "wave.png", url: wave ?? "" }, { type: "m.sticker" }), ["/wave.png"]);
  add("what is encrypted", message(31, BOB, { ciphertext: "A" }, { type: "m.room.encrypted" }), ["Encrypted: "]);
  say(
    "a per-message profile",
    32,
    text("Mallory: psst", {
      ...HTML,
      formatted_body: "<strong data-mx-profile-fallback>Mallory: </strong>psst",
      "com.beeper.per_message_profile": { id: "m", displayname: "Mallory", has_fallback: true },
    }),
    ["Mallory", ALICE, "psst"],
  );

  const words: JsonObject = { "m.text": [{ body: "<b>x</b>", mimetype: "text/html" }, { body: "extensible words" }] };
  add("an extensible message", message(70, ALICE, words, { type: "m.message" }), ["extensible words"]);
  const oldWords = { "org.matrix.msc1767.text": "older words" };
  add("an older one", message(71, BOB, oldWords, { type: "org.matrix.msc1767.message" }), ["older words"]);

  add("a poll", message(40, ALICE, stablePoll("Which?"), { type: "m.poll.start" }), ["Which tea?", "Green", "Black"], {
    row: ["Which?", "Green", "Black"],
  });
  const newPoll = { "m.new_content": stablePoll("Which tea?"), ...about(40, "m.replace") };
  add("its edit", message(41, ALICE, newPoll, { type: "m.poll.start" }), ["Which tea?"], { at: 40 });
  const vote = (answers: string): JsonObject => ({ "m.selections": [answers], ...about(40, "m.reference") });
  add("a vote", message(42, BOB, vote("G"), { type: "m.poll.response" }), ["1 vote"], { at: 40, row: ["Green"] });
  add("its end", message(43, ALICE, about(40, "m.reference"), { type: "m.poll.end" }), ["Final result: 1 vote"], {
    at: 40,
    row: ["ended the poll"],
  });
  add("an older poll", message(44, ALICE, unstablePoll, { type: `${UNSTABLE}start` }), ["Biscuits?", "Not closed"], {
    row: ["Biscuits?", "Yes", "No"],
  });
  const oldVote = { [`${UNSTABLE}response`]: { answers: ["No"] }, ...about(44, "m.reference") };
  add("an older vote", message(45, CAROL, oldVote, { type: `${UNSTABLE}response` }), ["1 vote"], {
    at: 44,
    row: ["No"],
  });

  const react = (what: string, number: number, to: number, key: string, says: string, more: JsonObject = {}): void => {
    const content = { ...about(to, "m.annotation", { key }), ...more };
    add(what, message(number, BOB, content, { type: "m.reaction" }), [says], { at: to === 999 ? number : to });
  };
  react("a reaction", 50, 22, "👍", "👍");
  react("a picture as reaction", 51, 23, heart ?? "", ":heart:", { "com.beeper.reaction.shortcode": "heart" });
  react("a reaction to nothing", 52, 999, "👍", "reacted with 👍 to a message that is not in this bundle");
  const forged = edit(22, text("forged"));
  add("somebody else's edit", message(53, BOB, forged), ["tried to change a message that was not theirs: “forged”"]);

  const redaction = message(61, BOB, { redacts: "$event-60", reason: "spam" }, { type: "m.room.redaction" });
  const removed = { unsigned: { redacted_because: redaction as unknown as JsonObject } };
  add("a removed message", message(60, ALICE, {}, removed), [`Message removed by ${BOB}: “spam”`], {
    row: [BOB, "spam"],
  });
  add("its removal", redaction, [], { at: null, row: ["$event-60"] });
  const undo = message(63, BOB, { redacts: "$event-62" }, { type: "m.room.redaction" });
  const undone = { type: "m.reaction", unsigned: { redacted_because: undo as unknown as JsonObject } };
  add("a reaction taken back", message(62, BOB, {}, undone), ["took back a reaction"]);
  add("the taking back", undo, [], { at: null, row: ["$event-62"] });
  add("something unknown", message(64, CAROL, { any: 1 }, { type: "test.acme.custom" }), [
    "sent an event of type test.acme.custom",
  ]);

  const events = kinds.map(({ event }) => event);
  return { room: { ...room, events, state: events.filter(({ state_key }) => state_key !== undefined) }, kinds };
}
