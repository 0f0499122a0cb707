import { member, objectMember, stringMember, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import type { Timer } from "../../../ports/timer.ts";
import { path, type HomeserverClient } from "../client.ts";
import { timelinePage } from "../reading/room-answers.ts";
import type { Findings } from "./findings.ts";
import { probeWriter } from "./probe-room.ts";

/** Dates in the past that no homeserver gives by itself, in milliseconds before now. */
const AGE_MS = 3_600_000;
/** More than any homeserver gives at once. */
const PAGE = 1000;
/** Waits before looking again for what was just written: Dendrite reads from another part of itself than it writes to. */
const LOOK_AGAIN_MS = [150, 500, 1500];
/** Synapse before 1.135 never answers a question for a redacted state event, in milliseconds. */
const UNANSWERED_MS = 1_500;
const TOPIC = "m.room.topic";
const TEXT: JsonObject = { msgtype: "m.notice", body: "a message of a probe" };
const UNTRIED_EDITS =
  "not tried, so that the probe stays within its calls where redactions take one more: edits are asked for";

/** What was written, each with its date. */
interface Written {
  message: string | undefined;
  edit: string | undefined;
  topic: string | undefined;
  /** of the topic, through `/send` */
  redaction: string | undefined;
  begun: number;
}

/** Writes dated events into the room, and looks at what became of them. */
export async function tryEvents(
  client: HomeserverClient,
  roomId: string,
  found: Findings,
  { now, timer, signal }: { now: number; timer: Timer; signal: AbortSignal },
): Promise<void> {
  const written = await write(client, roomId, found, now - AGE_MS);
  const dated = written.topic !== undefined && (await lookAtTopic(client, roomId, written.topic, found));
  if (dated) written.edit = await edit(client, roomId, found, written);
  else if (written.topic !== undefined) found.found("bundled_edits", null, UNTRIED_EDITS);
  const plain = written.topic !== undefined && !dated && (await redactPlainly(client, roomId, written.topic, found));
  for (const wait of plain ? LOOK_AGAIN_MS : [0, ...LOOK_AGAIN_MS]) {
    if (wait > 0) await timer.sleep(wait, signal);
    const page = await found.attempt(
      ["dated_events", "bundled_edits", "page_limit"],
      "GET …/messages",
      async () => await timelinePage(client, roomId, { dir: "b", limit: PAGE }),
    );
    if (!page) return;
    if (judge(page, written, { dated, plain }, found)) return;
  }
}

async function write(client: HomeserverClient, roomId: string, found: Findings, begun: number): Promise<Written> {
  const writer = probeWriter(client, roomId);
  const [message, topic] = await Promise.all([
    found.attempt(["dated_events", "bundled_edits"], "PUT …/send", () => writer.send("m.room.message", TEXT, begun)),
    found.attempt(["dated_state", "redaction", "state_event_ids"], "PUT …/state", () =>
      writer.sendState(TOPIC, { topic: "a probe" }, begun + 1),
    ),
  ]);
  const redaction =
    topic === undefined
      ? undefined
      : await found.attempt([], "PUT …/send/m.room.redaction", () =>
          writer.send("m.room.redaction", { redacts: topic }, begun + 2),
        );
  return { message, topic, edit: undefined, redaction, begun };
}

async function edit(
  client: HomeserverClient,
  roomId: string,
  found: Findings,
  { message, begun }: Written,
): Promise<string | undefined> {
  if (message === undefined) return undefined;
  const relation: JsonObject = { rel_type: "m.replace", event_id: message };
  const content = { ...TEXT, "m.new_content": TEXT, "m.relates_to": relation };
  const send = (): Promise<string> => probeWriter(client, roomId).send("m.room.message", content, begun + 3);
  return await found.attempt(["bundled_edits"], "PUT …/send", send);
}

/** Is the topic redacted? Also tells what a state event looks like when it is asked for. */
async function lookAtTopic(client: HomeserverClient, roomId: string, topic: string, found: Findings): Promise<boolean> {
  const target = path`/rooms/${roomId}/state/${TOPIC}/`;
  const call = { method: "GET", path: target, query: { format: "event" } } as const;
  const answer = await found.attempt(["state_event_ids"], "GET …/state/m.room.topic", () =>
    client.call({ ...call, signal: AbortSignal.timeout(UNANSWERED_MS) }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "TimeoutError") return null;
      throw error;
    }),
  );
  if (answer === undefined) return false;
  if (answer === null) {
    found.found(
      "state_event_ids",
      false,
      "GET …/state/{type}/{key}?format=event of a redacted event is never answered",
    );
    const event = { method: "GET", path: path`/rooms/${roomId}/event/${topic}` } as const;
    const served = await found.attempt(["redaction"], "GET …/event", () => client.call(event));
    return served !== undefined && !hasTopic(served);
  }
  const hasId = stringMember(answer, "event_id") !== undefined;
  found.found("state_event_ids", hasId, hasId ? undefined : "GET …/state/{type}/{key}?format=event has no event_id");
  return !hasTopic(answer);
}

async function redactPlainly(
  client: HomeserverClient,
  roomId: string,
  topic: string,
  found: Findings,
): Promise<boolean> {
  const done = await found.attempt(["redaction"], "PUT …/redact", async () => {
    await probeWriter(client, roomId).redact(topic);
    return true;
  });
  return done === true;
}

/** Judges by a page of the timeline. @returns false: what was written is not there yet, or not redacted yet */
function judge(
  page: { chunk: JsonValue[]; end?: string },
  { message, edit, topic, redaction, begun }: Written,
  { dated, plain }: { dated: boolean; plain: boolean },
  found: Findings,
): boolean {
  const event = (id: string | undefined): JsonValue | undefined =>
    id === undefined ? undefined : page.chunk.find((value) => stringMember(value, "event_id") === id);
  const [said, named, took] = [event(message), event(topic), event(redaction)];
  const isDated = (value: JsonValue | undefined, at: number): boolean =>
    member(value, "origin_server_ts") === begun + at;
  if (said !== undefined) {
    const honoured = isDated(said, 0);
    found.found("dated_events", honoured, honoured ? undefined : "the homeserver ignores ?ts= on PUT …/send");
    if (edit !== undefined) {
      const bundled = objectMember(objectMember(said, "unsigned"), "m.relations")?.["m.replace"] !== undefined;
      found.found("bundled_edits", bundled, bundled ? undefined : "/messages gives an edited message without its edit");
    }
  }
  if (named !== undefined) {
    const honoured = isDated(named, 1);
    found.found("dated_state", honoured, honoured ? undefined : "the homeserver ignores ?ts= on PUT …/state");
  }
  const gone = named !== undefined && !hasTopic(named);
  if (dated) {
    if (took === undefined || isDated(took, 2)) found.found("redaction", "dated");
    else found.found("redaction", "undated", "a redaction through /send takes effect, but ?ts= is ignored");
  } else if (plain)
    found.found("redaction", gone ? "undated" : "none", gone ? UNDATED : "redactions are taken, and have no effect");
  const whole = page.end === undefined || page.chunk.some((value) => stringMember(value, "type") === "m.room.create");
  const given = page.chunk.length;
  found.found("page_limit", whole ? null : given, whole ? `no limit up to ${String(given)} events` : undefined);
  return (message === undefined || said !== undefined) && (!plain || gone);
}

const UNDATED =
  "the homeserver takes a dated redaction (PUT …/send/m.room.redaction?ts=) and does nothing: PUT …/redact is used, which keeps no date";

/** Of an event, or of its content alone where the homeserver gives no more. */
function hasTopic(value: JsonValue): boolean {
  return stringMember(objectMember(value, "content") ?? value, "topic") !== undefined;
}
