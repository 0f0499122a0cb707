/** The contents that the bot sends (pure). */
import { objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import { noticeContent } from "../matrix/text/notice.ts";

/** A notice that answers a message, in that message's thread where it has one. */
export function answer(body: string, to: { event_id: string; content: JsonObject }): JsonObject {
  const inReplyTo: JsonObject = { "m.in_reply_to": { event_id: to.event_id } };
  const relation = objectMember(to.content, "m.relates_to");
  const root = stringMember(relation, "event_id");
  const relatesTo: JsonObject =
    stringMember(relation, "rel_type") === "m.thread" && root !== undefined
      ? { rel_type: "m.thread", event_id: root, is_falling_back: true, ...inReplyTo }
      : inReplyTo;
  return { ...noticeContent(body), "m.relates_to": relatesTo };
}

/** New words for a notice that was sent before (client-server API, "Event replacements"). */
export function edit(eventId: string, body: string): JsonObject {
  return {
    ...noticeContent(`* ${body}`),
    "m.new_content": noticeContent(body),
    "m.relates_to": { rel_type: "m.replace", event_id: eventId },
  };
}

/** A bundle, as a file. */
export function bundleFile(fileName: string, uri: string, size: number): JsonObject {
  return {
    msgtype: "m.file",
    body: fileName,
    filename: fileName,
    url: uri,
    info: { mimetype: "application/zip", size },
    "m.mentions": {},
  };
}
