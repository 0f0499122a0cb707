import { readFile } from "node:fs/promises";
import { redactionTarget, type ClientEvent } from "../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject, type JsonValue } from "../../src/matrix/json.ts";
import type { Conversation } from "./conversation.ts";
import { RequestError, type MatrixClient } from "./matrix-client.ts";
import type { Service } from "./service.ts";

/** `POST /v1/rooms/import?wait=`: status and body, whatever they are. @param options `again`: also where the user has imported it before; default true */
export async function postImport(
  service: Pick<Service, "url">,
  token: string,
  bundle: string,
  options: { wait?: number; again?: boolean; fields?: Record<string, string> } = {},
): Promise<{ status: number; body: JsonObject }> {
  const form = new FormData();
  const fields = { ...(options.again !== false && { again: "true" }), ...options.fields };
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set("bundle", new Blob([await readFile(bundle)]), "bundle.zip");
  const query = options.wait === undefined ? "" : `?wait=${options.wait}`;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${service.url}/v1/rooms/import${query}`, { method: "POST", headers, body: form });
  return { status: response.status, body: (await response.json()) as JsonObject };
}

/** A room that an import made, as the importing user sees it over the plain client-server API. */
export class ImportedRoom {
  readonly roomId: string;
  readonly report: JsonObject;
  readonly timeline: ClientEvent[];
  readonly user: MatrixClient;

  private constructor(roomId: string, report: JsonObject, timeline: ClientEvent[], user: MatrixClient) {
    this.roomId = roomId;
    this.report = report;
    this.timeline = timeline;
    this.user = user;
  }

  /** Imports a conversation as this user, waits for the end, and joins the room. */
  static async of(service: Service, user: MatrixClient, conversation: Conversation): Promise<ImportedRoom> {
    const bundle = await conversation.write();
    try {
      const { status, body } = await postImport(service, user.token, bundle.file, { wait: 120 });
      if (status !== 201) throw new RequestError("POST", "/v1/rooms/import", status, body);
      return await ImportedRoom.joined(user, body);
    } finally {
      await bundle.remove();
    }
  }

  /** Joins the room of a finished job. */
  static async joined(user: MatrixClient, job: JsonObject): Promise<ImportedRoom> {
    const roomId = stringMember(job, "room_id");
    if (roomId === undefined) throw new Error(`the job has no room: ${JSON.stringify(job)}`);
    await user.join(roomId);
    const timeline = withOwnTimes(await user.timeline(roomId));
    return new ImportedRoom(roomId, objectMember(job, "report") ?? {}, timeline, user);
  }

  /** Every event that came from this source event: one, if all is well. */
  all(sourceId: string): ClientEvent[] {
    return this.timeline.filter((event) => originOf(event)?.["event_id"] === sourceId);
  }

  /** The event that came from this source event. @throws Error where there is none, or more than one */
  event(sourceId: string): ClientEvent {
    const [event, ...more] = this.all(sourceId);
    if (!event || more.length > 0) throw new Error(`${more.length + (event ? 1 : 0)} events of ${sourceId}`);
    return event;
  }

  /** What the report says of a source event. */
  codesOf(sourceId: string): string[] {
    const ledger = this.report["ledger"] as JsonObject[];
    return ledger.filter((entry) => entry["event_id"] === sourceId).map((entry) => String(entry["code"]));
  }

  original(event: ClientEvent): JsonValue {
    return originalContent(event);
  }
}

/** Redactions that the homeserver could not date with the time and the content that the import has kept for them: docs/import.md. */
function withOwnTimes(timeline: ClientEvent[]): ClientEvent[] {
  const kept = new Map(
    timeline.flatMap(({ type, state_key: target, content }) =>
      type === "io.roomporter.redaction" && target !== undefined ? [[target, content] as const] : [],
    ),
  );
  return timeline.map((event) => {
    const own = event.type === "m.room.redaction" ? kept.get(redactionTarget(event) ?? "") : undefined;
    const content = own && objectMember(own, "content");
    return content ? { ...event, content, origin_server_ts: Number(own["origin_server_ts"]) } : event;
  });
}

/** The original content of an event that an import sent as itself, by the rule of docs/import.md, written anew here. */
export function originalContent(event: ClientEvent): JsonValue {
  const content = structuredClone(event.content);
  const restore = originOf(event)?.["restore"] as { set: Record<string, JsonValue>; drop: string[] };
  for (const key of ["_imported_sender", "do_not_index", "io.roomporter.origin"]) delete content[key];
  const place = (pointer: string): { parent: Record<string, JsonValue>; key: string } => {
    const keys = pointer
      .slice(1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const key = keys.pop() ?? "";
    return {
      key,
      parent: keys.reduce<Record<string, JsonValue>>((here, next) => here[next] as Record<string, JsonValue>, content),
    };
  };
  for (const pointer of restore.drop) delete place(pointer).parent[place(pointer).key];
  for (const [pointer, value] of Object.entries(restore.set)) place(pointer).parent[place(pointer).key] = value;
  return content;
}

/** `io.roomporter.origin` of an event. */
export function originOf(event: ClientEvent): JsonObject | undefined {
  return objectMember(event.content, "io.roomporter.origin");
}
