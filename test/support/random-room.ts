import fc from "fast-check";
import type { JsonObject } from "../../src/matrix/json.ts";

/** Where a random room happens: a homeserver in memory, or a real one. `who`: 0 has made the room, 1 and 2 are members. */
export interface Stage {
  roomId: string;
  send(who: number, type: string, content: JsonObject): Promise<string>;
  setState(who: number, type: string, content: JsonObject, key?: string): Promise<string>;
  redact(who: number, target: string, reason: string): Promise<string>;
  upload(bytes: Buffer, mimetype: string, name: string): Promise<string>;
  setProfile(who: number, name: string, avatar: string | undefined): Promise<void>;
}

/** One thing that happens. `pick` chooses whatever else there is to choose: a message to answer, a file to send again. */
export interface Action {
  kind: string;
  who: number;
  pick: number;
  text: string;
}

const P = "org.matrix.msc3381.poll.";
const TEXT = "org.matrix.msc1767.text";
const HTML = "org.matrix.custom.html";
const SHORTCODE = "com.beeper.reaction.shortcode";
const NAMES = ["Ann", "Ann", "עלי", "A\u202eB", "x".repeat(200)];

const MESSAGES: readonly string[] = ["text", "notice", "emote", "large", "odd", "html", "file", "reply", "sticker"];

interface Told {
  id: string;
  who: number;
  kind: string;
  redacted: boolean;
}

/** What has happened so far. */
export class Past {
  readonly told: Told[] = [];
  readonly #reactions = new Set<string>();

  /** The message that was chosen among those that are still there. */
  messageAt(pick: number, kinds: readonly string[] = MESSAGES): Told | undefined {
    const messages = this.told.filter(({ kind, redacted }) => kinds.includes(kind) && !redacted);
    return messages[pick % Math.max(1, messages.length)];
  }

  /** Homeservers take each reaction of somebody once. */
  isNew(who: number, target: string, key: string): boolean {
    const reaction = JSON.stringify([who, target, key]);
    return !this.#reactions.has(reaction) && Boolean(this.#reactions.add(reaction));
  }
}

/** Gives the event's id; undefined where there was nothing to do. */
type Happening = (stage: Stage, action: Action, past: Past) => Promise<string | undefined> | undefined;

/** What may happen, each in a way of its own. */
const KINDS: Record<string, Happening> = {
  text: (stage, { who, text }) => say(stage, who, { body: text }),
  notice: (stage, { who, text }) => say(stage, who, { msgtype: "m.notice", body: text }),
  emote: (stage, { who, text }) => say(stage, who, { msgtype: "m.emote", body: text }),
  large: (stage, { who, pick, text }) => say(stage, who, { body: text + "é".repeat(9_000 + (pick % 5) * 5_500) }),
  odd: (stage, { who, pick, text }) =>
    say(stage, who, { msgtype: "org.example.odd", body: text, deep: { "a/b~c": [null, pick, { "": text }] } }),
  place: (stage, { who, text }) =>
    say(stage, who, { msgtype: "m.location", body: text, geo_uri: "geo:1,2", "m.location": { description: text } }),
  html: async (stage, { who, pick, text }) => {
    const uri = await file(stage, pick);
    const formatted_body = `<p>${escaped(text)}</p><img src="${uri}" alt="x"><script>1</script>`;
    return say(stage, who, { body: text, format: HTML, ...(pick % 2 ? { formatted_body } : { formatted_body: text }) });
  },
  "html with a file that has to go": async (stage, { who, pick, text }) =>
    say(stage, who, { body: text, format: HTML, formatted_body: `<video src="${await file(stage, pick)}"></video>` }),
  file: async (stage, { who, pick, text }) => {
    const msgtype = ["m.image", "m.file", "m.audio", "m.video"][pick % 4] ?? "m.file";
    const [url, thumbnail_url] = [await file(stage, pick), await file(stage, pick + 1)];
    const caption: JsonObject = pick % 3 === 0 ? { filename: "a.png" } : {};
    return say(stage, who, { msgtype, body: text || "a.png", url, info: { thumbnail_url }, ...caption });
  },
  sticker: async (stage, { who, pick, text }) =>
    stage.send(who, "m.sticker", { body: text, url: await file(stage, pick), info: {} }),
  "profile of one's own": async (stage, { who, pick, text }) => {
    const avatar_url = await file(stage, pick);
    const profile = { id: "zoe", displayname: "Zoe", avatar_url, has_fallback: false };
    return say(stage, who, { body: text, "com.beeper.per_message_profile": profile });
  },
  reply: (stage, action, past) => {
    const target = past.messageAt(action.pick);
    return target && say(stage, action.who, { body: action.text, ...answering(target.id) });
  },
  thread: (stage, { who, pick, text }, past) => {
    const target = past.told.filter(({ kind, redacted }) => kind === "text" && !redacted).at(-1 - (pick % 3));
    return target && say(stage, who, { body: text, ...about("m.thread", target.id) });
  },
  link: (stage, { who, pick, text }, past) => {
    const uri = `https://matrix.to/#/${stage.roomId}/${past.messageAt(pick)?.id ?? "$none"}?via=x`;
    return say(stage, who, { body: `${text} ${uri}` });
  },
  edit: (stage, { pick, text }, past) => {
    const target = past.messageAt(pick, ["text", "large"]);
    return target && say(stage, target.who, { ...edited(text), ...about("m.replace", target.id) });
  },
  "edit by somebody else": (stage, { pick, text }, past) => {
    const target = past.messageAt(pick, ["text"]);
    return target && say(stage, (target.who + 1) % 3, { ...edited(text), ...about("m.replace", target.id) });
  },
  reaction: (stage, { who, pick, text }, past) => {
    const target = past.messageAt(pick);
    const key = ["👍", "🎉", text][pick % 3] || "x";
    return target && past.isNew(who, target.id, key) ? react(stage, who, target.id, key) : undefined;
  },
  "picture reaction": async (stage, { who, pick }, past) => {
    const target = past.messageAt(pick % 3);
    const key = await file(stage, 1);
    return target && react(stage, who, target.id, key, { [SHORTCODE]: ":kettle:" });
  },
  redaction: async (stage, { pick, text }, past) => {
    const target = past.messageAt(pick);
    if (!target) return undefined;
    target.redacted = true;
    return stage.redact(target.who, target.id, text);
  },
  poll: (stage, { who, pick, text }) => {
    const answers = ["y", "n"].map((id) => ({ id, [TEXT]: id + text }));
    const kind = P + (pick % 2 ? "disclosed" : "undisclosed");
    return stage.send(who, `${P}start`, { [`${P}start`]: { kind, question: { [TEXT]: text }, answers }, [TEXT]: text });
  },
  vote: (stage, { who, pick }, past) => {
    const target = past.told.findLast(({ kind, redacted }) => kind === "poll" && !redacted);
    const answers = [pick % 2 ? "y" : "n"];
    return (
      target && stage.send(who, `${P}response`, { [`${P}response`]: { answers }, ...about("m.reference", target.id) })
    );
  },
  end: (stage, { who, text }, past) => {
    const target = past.told.findLast(({ kind, redacted }) => kind === "poll" && !redacted);
    return target && stage.send(who, `${P}end`, { [`${P}end`]: {}, [TEXT]: text, ...about("m.reference", target.id) });
  },
  profile: async (stage, { who, pick }) => {
    await stage.setProfile(who, NAMES[pick % NAMES.length] ?? "Ann", pick % 2 ? await file(stage, pick) : undefined);
    return undefined;
  },
  name: (stage, { text }) => stage.setState(0, "m.room.name", { name: text }),
  topic: (stage, { text }) => stage.setState(0, "m.room.topic", { topic: text }),
  picture: async (stage, { pick }) => stage.setState(0, "m.room.avatar", { url: await file(stage, pick) }),
  pins: (stage, { pick }, past) => {
    const pinned = past.told.filter((_, index) => index % 3 === pick % 3).map(({ id }) => id);
    return stage.setState(0, "m.room.pinned_events", { pinned: [...pinned, "$elsewhere"] });
  },
  "state that must not act": async (stage, { pick, text }) =>
    stage.setState(0, "org.example.state", { picture: await file(stage, pick), text }, String(pick % 3)),
  encrypted: (stage, { who, text }) =>
    stage.send(who, "m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2", ciphertext: text, session_id: "s" }),
  custom: async (stage, { who, pick, text }) =>
    stage.send(who, "org.example.custom", {
      list: [await file(stage, pick), { key: await file(stage, pick + 1) }],
      text,
    }),
};

/** Everything may happen to everybody, in any order. */
export const actions = (length: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...Object.keys(KINDS)),
      who: fc.nat(2),
      pick: fc.nat(30),
      text: fc.oneof(
        fc.string({ maxLength: 30 }),
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.constant("\t a  b\nc"),
      ),
    }),
    { maxLength: length, size: "max" },
  );

/** Lets it all happen, in order. */
export async function play(stage: Stage, what: readonly Action[], past = new Past()): Promise<void> {
  for (const action of what) {
    const { kind, who } = action;
    const id = await KINDS[kind]?.(stage, action, past);
    if (id !== undefined) past.told.push({ id, who, kind, redacted: false });
  }
}

function say(stage: Stage, who: number, content: JsonObject): Promise<string> {
  return stage.send(who, "m.room.message", { msgtype: "m.text", ...content });
}

function react(stage: Stage, who: number, event_id: string, key: string, more: JsonObject = {}): Promise<string> {
  return stage.send(who, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id, key }, ...more });
}

const about = (rel_type: string, event_id: string): JsonObject => ({ "m.relates_to": { rel_type, event_id } });
const answering = (event_id: string): JsonObject => ({ "m.relates_to": { "m.in_reply_to": { event_id } } });
const edited = (body: string): JsonObject => ({ body: `* ${body}`, "m.new_content": { msgtype: "m.text", body } });
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** One of a few files, each uploaded as often as it is used. */
function file(stage: Stage, pick: number): Promise<string> {
  return stage.upload(Buffer.from(`bytes of file ${String(pick % 6)}`), "text/plain", `${String(pick % 6)}.txt`);
}
