import type { JsonObject } from "../src/matrix/json.ts";
import type { MatrixClient } from "../test/support/matrix-client.ts";
import type { Registration } from "../test/support/registration.ts";
import { registerUser } from "../test/support/users.ts";
import type { Line } from "./sample.ts";

/** The room of the demo while it is being filled: real users, who talk at the sample's dates. */
export class SourceRoom {
  readonly roomId: string;
  /** who made the room: the first to speak */
  readonly host: MatrixClient;
  /** by their names in the sample */
  readonly people: ReadonlyMap<string, MatrixClient>;
  readonly #clock: Registration;
  /** event ids by the ids of the sample */
  readonly #events = new Map<string, string>();
  #now = 0;

  private constructor(roomId: string, host: MatrixClient, people: Map<string, MatrixClient>, clock: Registration) {
    this.roomId = roomId;
    this.host = host;
    this.people = people;
    this.#clock = clock;
  }

  /** Registers everybody of the sample, and brings them together in a new room. */
  static async open(
    url: string,
    clock: Registration,
    lines: Line[],
    progress: (done: number, total: number) => void,
  ): Promise<SourceRoom> {
    const names = [...new Set(lines.map((line) => line.user))];
    const people = new Map<string, MatrixClient>();
    for (const name of names) {
      people.set(name, await registerUser(url, name.toLowerCase().replaceAll(/[^a-z0-9._=/+-]/g, "_"), name));
      progress(people.size, names.length);
    }
    const [host, ...guests] = people.values();
    if (host === undefined) throw new Error("the sample has no people");
    const roomId = await host.createRoom({
      preset: "public_chat",
      name: "#ubuntu, Boxing Day 2004",
      topic: "Hoary, hfs+ and how to play MP3s",
    });
    for (const guest of guests) await guest.join(roomId);
    return new SourceRoom(roomId, host, people, clock);
  }

  /** The person of that name in the sample. */
  person(name: string): MatrixClient {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`nobody in the sample is called ${name}`);
    return person;
  }

  /** The event that a message of the sample became. */
  event(id: string): string {
    const event = this.#events.get(id);
    if (event === undefined) throw new Error(`the sample has no message ${id}`);
    return event;
  }

  /** Sends the sample, line by line, with its dates and its answers. */
  async talk(lines: Line[], progress: (done: number, total: number) => void): Promise<void> {
    for (const [i, line] of lines.entries()) {
      this.#now = line.ts;
      const content: JsonObject = { msgtype: line.kind === "emote" ? "m.emote" : "m.text", body: line.body };
      if (line.reply_to !== undefined)
        content["m.relates_to"] = { "m.in_reply_to": { event_id: this.event(line.reply_to) } };
      const dated = this.person(line.user).through(this.#clock.asToken);
      this.#events.set(line.id, await dated.send(this.roomId, "m.room.message", content, line.ts));
      progress(i + 1, lines.length);
    }
  }

  /** An event of that person, ten seconds after the one before. Gives its id. */
  async send(name: string, type: string, content: JsonObject): Promise<string> {
    this.#now += 10_000;
    return this.person(name).through(this.#clock.asToken).send(this.roomId, type, content, this.#now);
  }
}
