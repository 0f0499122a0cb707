import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { writeRegistration } from "../../support/registration.ts";
import type { Synapse } from "../../support/synapse.ts";
import { moduleFor, TEST_MODULE } from "../../support/synapse-module.ts";
import { registerUser, unique } from "../../support/users.ts";
import type { ModuleGround } from "./grounds.ts";

export const ENDPOINT = "/_synapse/client/roomporter/v1";

export interface Answer {
  status: number;
  body: JsonObject;
}

/** A Synapse with the module, its application service and others, and a room of the service's. */
export class ModuleWorld {
  readonly synapse: Synapse;
  readonly service: MatrixClient;
  /** the token of another application service */
  readonly other: string;
  readonly person: MatrixClient;
  /** made by the service */
  readonly room: string;
  readonly ground: ModuleGround;
  readonly #dir: string;

  private constructor(
    dir: string,
    world: Pick<ModuleWorld, "ground" | "synapse" | "service" | "other" | "person" | "room">,
  ) {
    this.#dir = dir;
    ({ ground: this.ground, synapse: this.synapse, service: this.service } = world);
    ({ other: this.other, person: this.person, room: this.room } = world);
  }

  static async start(ground: ModuleGround): Promise<ModuleWorld> {
    const dir = mkdtempSync(join(tmpdir(), "roomporter-module-"));
    const own = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
    const other = writeRegistration(join(dir, "other.yaml"), { id: "other", senderLocalpart: "other" });
    const { modules } = moduleFor("roomporter");
    const test = { module: TEST_MODULE, config: { commits: join(dir, "commits"), asked: ground.asksModules } };
    const synapse = await ground.start({
      registrations: [own.file, other.file],
      // what is from 1970 is too old to be taken back, and nothing else
      config: { modules: [...modules, test], redaction_allowed_period: "50y" },
    });
    const person = await registerUser(synapse.url, "ann");
    const service = new MatrixClient(synapse.url, own.asToken, `@${own.senderLocalpart}:${synapse.serverName}`);
    const room = await service.createRoom({ room_version: "12", invite: [person.userId] });
    await person.join(room);
    return new ModuleWorld(dir, { ground, synapse, service, other: other.asToken, person, room });
  }

  async call(method: string, path: string, body?: JsonValue, token = this.service.token): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(this.synapse.url + path, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
    });
    const answer = (await response.json()) as JsonValue;
    return { status: response.status, body: isObject(answer) ? answer : {} };
  }

  /** A room of the service's, with nothing in it but what makes it. */
  newRoom(more: JsonObject = {}): Promise<string> {
    return this.service.createRoom({ room_version: "12", ...more });
  }

  batch(events: JsonValue, more: { txn?: string; room?: string; token?: string } = {}): Promise<Answer> {
    const { txn = unique("txn"), room = this.room, token } = more;
    return this.call("POST", `${ENDPOINT}/batch`, { room_id: room, txn_id: txn, events }, token);
  }

  /** Ids of the events that a batch made. @throws Error where it was refused */
  async sent(events: JsonValue, more: { txn?: string; room?: string } = {}): Promise<string[]> {
    const { status, body } = await this.batch(events, more);
    if (status !== 200) throw new Error(`batch → ${status} ${JSON.stringify(body)}`);
    return body["event_ids"] as string[];
  }

  /** One event by the client-server API, as the same user. */
  single({ type, content }: JsonObject, room = this.room): Promise<Answer> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/${encodeURIComponent(String(type))}`;
    return this.call("PUT", `${path}/${unique("single")}`, content);
  }

  async timelineIds(room = this.room): Promise<string[]> {
    return (await this.service.timeline(room)).map(({ event_id }) => event_id);
  }

  /** The bodies of messages that the homeserver's own search finds for the service. */
  async found(term: string, room = this.room): Promise<string[]> {
    const search = { search_categories: { room_events: { search_term: term, filter: { rooms: [room] } } } };
    const { search_categories } = (await this.call("POST", "/_matrix/client/v3/search", search)).body as {
      search_categories: { room_events: { results: { result: { content: { body: string } } }[] } };
    };
    return search_categories.room_events.results.map(({ result }) => result.content.body).sort();
  }

  /** Synapse is killed before its next transaction but `commits`; undefined: it is not. */
  dieAfter(commits: number | undefined): void {
    const file = join(this.#dir, "commits");
    if (commits === undefined) rmSync(file);
    else writeFileSync(file, String(commits));
  }

  async close(): Promise<void> {
    await this.synapse.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

export function text(body: string, more: JsonObject = {}): JsonObject {
  return {
    type: "m.room.message",
    content: { msgtype: "m.text", body, ...more },
    origin_server_ts: 1_600_000_000_000,
  };
}

export function reaction(event_id: string): JsonObject {
  return {
    type: "m.reaction",
    content: { "m.relates_to": { rel_type: "m.annotation", event_id, key: "👍" } },
  };
}
