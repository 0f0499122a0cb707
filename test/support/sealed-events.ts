import type { ClosedReason, Decryptor, Opened } from "../../src/decrypt/decryptor.ts";
import { isObject, objectMember, parseJson, stringMember, type JsonObject } from "../../src/matrix/json.ts";
import { megolmIndex } from "../../src/matrix/megolm-index.ts";

const TEXT_AT = 7;

/** The content of an `m.room.encrypted` event whose ciphertext has the head of a megolm message, and its text in the clear behind it. */
export function sealed(session: string, index: number, plain: JsonObject, relation?: JsonObject): JsonObject {
  const head = [3, 0x08, 0x80 | (index & 0x7f), 0x80 | ((index >> 7) & 0x7f), (index >> 14) & 0x7f, 0x12, 0];
  const ciphertext = Buffer.concat([Buffer.from(head), Buffer.from(JSON.stringify(plain))]).toString("base64");
  return {
    algorithm: "m.megolm.v1.aes-sha2",
    ciphertext,
    session_id: session,
    ...(relation && { "m.relates_to": relation }),
  };
}

/** Opens what `sealed` made, of the sessions that it is given; by session, why not. */
export function fakeDecryptor(sessions: readonly string[], closed: Record<string, ClosedReason> = {}): Decryptor {
  const open = (event: JsonObject): Opened => {
    const content = objectMember(event, "content");
    const sessionId = stringMember(content, "session_id") ?? "";
    const ciphertext = stringMember(content, "ciphertext") ?? "";
    if (!sessions.includes(sessionId)) return { kind: "closed", why: closed[sessionId] ?? "no_key", sessionId };
    const plain = parseJson(Buffer.from(ciphertext, "base64").subarray(TEXT_AT).toString());
    if (!isObject(plain)) return { kind: "closed", why: "malformed", sessionId };
    const { type, content: inner, ...extras } = plain;
    if (typeof type !== "string" || !isObject(inner)) return { kind: "closed", why: "malformed", sessionId };
    const messageIndex = megolmIndex(ciphertext) ?? -1;
    return { kind: "opened", type, content: inner, extras, sessionId, messageIndex, senderKey: `key of ${sessionId}` };
  };
  return {
    openBatch: (_roomId, events) => Promise.resolve(events.map(open)),
    close: () => Promise.resolve(),
  };
}
