import { createHash } from "node:crypto";
import type { JsonObject } from "../../../src/matrix/json.ts";

/** An event as `/messages` serves it. */
export interface ServedEvent {
  event_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  content: JsonObject;
  state_key?: string;
  room_id: string;
  unsigned: JsonObject;
}

export interface MadeUpRoomOptions {
  serverName: string;
  /** how many events it has */
  events: number;
  /** every so many events one is a file of its own; 0: none */
  fileEvery: number;
}

const PEOPLE = ["Ann", "Ben", "Cat", "Dan", "Eve", "Flo", "Gus", "Hal"];
const WORDS =
  "the sea is calm tonight tide full moon lies fair upon straits on French coast light gleams and gone".split(" ");
/** 2022-01-01: the first event; each further one is a second later. */
const START = Date.UTC(2022, 0, 1);
/** Bytes of each file, at least and at most. */
const FILE_BYTES = [1_000, 60_000] as const;

/** A room of any length that is never held: each event follows from its number (0: the oldest). */
export class MadeUpRoom {
  readonly roomId: string;
  readonly events: number;
  readonly #serverName: string;
  readonly #fileEvery: number;
  readonly #beginnings: readonly [type: string, stateKey: string, content: JsonObject][];

  constructor({ serverName, events, fileEvery }: MadeUpRoomOptions) {
    this.roomId = `!madeup:${serverName}`;
    this.#serverName = serverName;
    this.#fileEvery = fileEvery;
    this.#beginnings = [
      ["m.room.create", "", { room_version: "11" }],
      ...PEOPLE.map((name, i): [string, string, JsonObject] => [
        "m.room.member",
        this.person(i),
        { membership: "join", displayname: name },
      ]),
      ["m.room.power_levels", "", { users: { [this.person(0)]: 100 } }],
      ["m.room.join_rules", "", { join_rule: "invite" }],
      ["m.room.history_visibility", "", { history_visibility: "shared" }],
      ["m.room.name", "", { name: "Made up" }],
      ["m.room.topic", "", { topic: "a room as long as one likes" }],
    ];
    this.events = Math.max(events, this.#beginnings.length);
  }

  /** User id of one of the people; the first made the room. */
  person(number: number): string {
    return `@${(PEOPLE[number % PEOPLE.length] ?? "").toLowerCase()}:${this.#serverName}`;
  }

  event(number: number): ServedEvent {
    const beginning = this.#beginnings[number];
    const sender = this.person(
      beginning?.[0] === "m.room.member" ? number - 1 : beginning ? 0 : number * 7 + (number >> 3),
    );
    return {
      event_id: this.#eventId(number),
      type: beginning?.[0] ?? (isReaction(number) ? "m.reaction" : "m.room.message"),
      sender,
      origin_server_ts: START + number * 1000,
      content: beginning?.[2] ?? this.#content(number),
      ...(beginning && { state_key: beginning[1] }),
      room_id: this.roomId,
      unsigned: { age: 1234567, membership: "join" },
    };
  }

  state(): ServedEvent[] {
    return this.#beginnings.map((_, number) => this.event(number));
  }

  /** The bytes of a file, by its media id; undefined where there is no such file. */
  file(mediaId: string): Buffer | undefined {
    const number = Number(/^file(\d+)$/.exec(mediaId)?.[1]);
    if (!this.#isFile(number)) return undefined;
    const [least, most] = FILE_BYTES;
    return Buffer.alloc(least + ((number * 7919) % (most - least)), `file ${number} `);
  }

  #isFile(number: number): boolean {
    const there = number >= this.#beginnings.length && number < this.events;
    return there && this.#fileEvery > 0 && number % this.#fileEvery === 0 && !isReaction(number);
  }

  #eventId(number: number): string {
    return "$" + createHash("sha256").update(`event ${number}`).digest("base64url");
  }

  #content(number: number): JsonObject {
    const before = this.#eventId(number - 1 - (number % 3));
    if (isReaction(number)) return { "m.relates_to": { rel_type: "m.annotation", event_id: before, key: "👍️" } };
    if (this.#isFile(number)) {
      const info = { mimetype: "text/plain", size: this.file(`file${number}`)?.length ?? 0 };
      return { msgtype: "m.file", body: `${number}.txt`, url: `mxc://${this.#serverName}/file${number}`, info };
    }
    const words = Array.from({ length: 4 + (number % 40) }, (_, i) => WORDS[(number * 31 + i * i) % WORDS.length]);
    const text: JsonObject = { msgtype: "m.text", body: `${number}: ${words.join(" ")}`, "m.mentions": {} };
    return number % 10 === 0 ? { ...text, "m.relates_to": { "m.in_reply_to": { event_id: before } } } : text;
  }
}

function isReaction(number: number): boolean {
  return number % 25 === 24;
}
