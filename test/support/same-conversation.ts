import { createHash } from "node:crypto";
import { expect } from "chai";
import type { ClientEvent } from "../../src/matrix/event.ts";
import { isObject, objectMember, stringMember, type JsonObject, type JsonValue } from "../../src/matrix/json.ts";
import { originalContent, originOf } from "./imported-room.ts";

/** A room as its homeserver shows it. */
export interface ShownRoom {
  /** oldest first */
  timeline: readonly ClientEvent[];
  download(uri: string): Promise<Buffer>;
}

/**
 * Holds a room that imports made against the one where it all happened, by the rules of docs/import.md, written anew here: every
 * event is there once, in its place, with its author, the name and avatar of that moment, its time, content and files.
 */
export async function expectSameConversation(source: ShownRoom, copy: ShownRoom): Promise<void> {
  const profiles = new Map<string, JsonObject>();
  // before anything was seen of somebody they are called as at the export
  const last = new Map(source.timeline.filter(isMember).map(({ state_key, content }) => [state_key, content]));
  const places: number[] = [];
  for (const event of source.timeline) {
    if (isMember(event)) profiles.set(event.state_key, event.content);
    const label = `${event.type} ${event.event_id} ${JSON.stringify(event.content).slice(0, 300)}`;
    const isRedacted = event.unsigned?.["redacted_because"] !== undefined;
    const { told, at, ts, content } = isRedacted ? placeholder(event, copy) : await replayed(event, copy, label);
    places.push(at);
    const profile = profiles.get(event.sender) ?? last.get(event.sender) ?? {};
    const author = objectMember(told, "_imported_sender") ?? {};
    expect(author["user_id"], label).to.equal(event.sender);
    expect(author["display_name"] ?? null, label).to.equal(profile["displayname"] ?? null);
    expect(await sum(author["avatar_url"], copy), label).to.equal(await sum(profile["avatar_url"], source));
    expect(ts, label).to.equal(event.origin_server_ts);
    if (!isRedacted) await expectSame(event, told, content, { source, copy, label });
  }
  expect(places, "the order").to.deep.equal(places.toSorted((a, b) => a - b));
}

function isMember(event: ClientEvent): event is ClientEvent & { state_key: string } {
  return event.type === "m.room.member" && event.state_key !== undefined;
}

interface Found {
  /** what bears its author and origin */
  told: JsonObject;
  /** its place in the copy */
  at: number;
  ts: JsonValue | undefined;
  content: JsonValue;
}

/** Redaction strips an event: what it was stands in the event that took it back. */
function placeholder(event: ClientEvent, { timeline }: ShownRoom): Found {
  const redaction = timeline.find(
    (each) =>
      objectMember(originOf(each), "target")?.["event_id"] === event.event_id && each.type === "m.room.redaction",
  );
  const target = objectMember(redaction && originOf(redaction), "target") ?? {};
  const at = timeline.findIndex(({ event_id }) => event_id === redaction?.content["redacts"]);
  expect(at, `the placeholder of ${event.type}`).to.be.at.least(0);
  return { told: target, at, ts: target["origin_server_ts"], content: {} };
}

async function replayed(event: ClientEvent, copy: ShownRoom, label: string): Promise<Found> {
  const all = copy.timeline.filter((each) => originOf(each)?.["event_id"] === event.event_id);
  expect(all, label).to.have.lengthOf(1);
  const [found = event] = all;
  const origin = originOf(found) ?? {};
  const ts = origin["origin_server_ts"] ?? found.origin_server_ts;
  const at = copy.timeline.indexOf(found);
  const inFile = stringMember(origin, "content_uri");
  if (inFile !== undefined) {
    const content = JSON.parse((await copy.download(inFile)).toString()) as JsonValue;
    return { told: found.content, at, ts, content };
  }
  const isWrapper = found.type === "io.roomporter.event" && origin["restore"] === undefined;
  if (isWrapper) expect(found.content["type"], label).to.equal(event.type);
  const content = isWrapper ? (found.content["content"] ?? {}) : originalContent(found);
  return { told: found.content, at, ts, content };
}

async function expectSame(
  event: ClientEvent,
  told: JsonObject,
  content: JsonValue,
  { source, copy, label }: { source: ShownRoom; copy: ShownRoom; label: string },
): Promise<void> {
  const said = (value: JsonValue): JsonValue => {
    if (event.type !== "m.room.redaction" || !isObject(value)) return value;
    const { redacts: _beside, ...rest } = value;
    return rest;
  };
  expect(said(content), label).to.deep.equal(said(event.content));
  const key = objectMember(told, "m.relates_to")?.["key"];
  if (event.type === "m.reaction") await sum(String(key).startsWith("mxc://") ? key : undefined, copy);
  const named = {
    ...objectMember(told, "media"),
    ...objectMember(objectMember(told, "io.roomporter.origin"), "media"),
  };
  for (const { uri, path } of files(event.content)) {
    const now = named[uri] ?? files(told).find((each) => each.path === path)?.uri;
    expect(await sum(now, copy), `${label}: ${uri}`).to.equal(await sum(uri, source));
  }
}

/** Every file that a content names, with where. */
function files(value: JsonValue, path = ""): { uri: string; path: string }[] {
  if (typeof value === "string") {
    if (value.startsWith("mxc://")) return [{ uri: value, path }];
    if (!path.endsWith("/formatted_body")) return [];
    return [...value.matchAll(/src="(mxc:[^"]*)"/g)].map(([, uri = ""], index) => ({
      uri,
      path: `${path}/${String(index)}`,
    }));
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => files(each, `${path}/${String(index)}`));
  return isObject(value) ? Object.entries(value).flatMap(([key, each]) => files(each, `${path}/${key}`)) : [];
}

/** SHA-256 of a file; undefined where none is named. */
async function sum(uri: JsonValue | undefined, room: ShownRoom): Promise<string | undefined> {
  if (typeof uri !== "string" || uri === "") return undefined;
  return createHash("sha256")
    .update(await room.download(uri))
    .digest("hex");
}
