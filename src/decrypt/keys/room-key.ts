import { member, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { base64Bytes, toBase64, unpadded } from "./base64.ts";

export const MEGOLM = "m.megolm.v1.aes-sha2";

/**
 * The names under which programs say that a session may be given to those who join later: the specification's; that of
 * matrix-sdk-crypto, and so of Element; that of MSC3061, which older programs write.
 */
const SHARED_HISTORY = ["shared_history", "m.shared_history", "org.matrix.msc3061.shared_history"];

/** One megolm session as key files and backups hold it (client-server API, "Key export format" and "BackedUpSessionData"). */
export interface RoomKey {
  readonly roomId: string;
  /** unpadded base64 of the session's Ed25519 key, as it stands in the session key itself */
  readonly sessionId: string;
  /** session export format, unpadded base64 */
  readonly sessionKey: string;
  /** the first message that it opens: earlier ones need another export of the session */
  readonly firstIndex: number;
  /** Curve25519 key of the device that made the session, unpadded base64: not proven */
  readonly senderKey: string;
  readonly sharedHistory: boolean;
}

/** Why a session is left out. */
export type LeftOut = "malformed" | "unknown_algorithm";

/**
 * Reads one session. Key files name the room and the session inside of it; in a backup both stand outside, and are given here.
 * A session whose id is not that of its own key is malformed: with it, one session could take the place of another.
 */
export function parseRoomKey(value: JsonValue, outside?: { roomId: string; sessionId: string }): RoomKey | LeftOut {
  const algorithm = stringMember(value, "algorithm");
  if (algorithm === undefined) return "malformed";
  if (algorithm !== MEGOLM) return "unknown_algorithm";
  const roomId = outside?.roomId ?? stringMember(value, "room_id");
  const named = outside?.sessionId ?? stringMember(value, "session_id");
  const session = parseSessionKey(stringMember(value, "session_key"));
  const senderKey = base64Bytes(stringMember(value, "sender_key"), 32);
  if (roomId?.startsWith("!") !== true || named === undefined || senderKey === undefined) return "malformed";
  if (session?.sessionId !== unpadded(named)) return "malformed";
  return {
    roomId,
    ...session,
    senderKey: toBase64(senderKey),
    sharedHistory: SHARED_HISTORY.some((name) => member(value, name) === true),
  };
}

/** The same as matrix-sdk-crypto reads it: without what proves nothing, for one malformed claim would make it refuse the session. */
export function exportedRoomKey(key: RoomKey): JsonObject {
  return {
    algorithm: MEGOLM,
    room_id: key.roomId,
    sender_key: key.senderKey,
    session_id: key.sessionId,
    session_key: key.sessionKey,
    sender_claimed_keys: {},
    forwarding_curve25519_key_chain: [],
    "m.shared_history": key.sharedHistory,
  };
}

/** Session export format: version 1, the index (32 bits), the ratchet (128 bytes), the Ed25519 key (32 bytes). */
function parseSessionKey(
  text: string | undefined,
): Pick<RoomKey, "sessionId" | "sessionKey" | "firstIndex"> | undefined {
  const bytes = base64Bytes(text, 1 + 4 + 128 + 32);
  if (bytes?.[0] !== 1) return undefined;
  const firstIndex = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(1);
  return { sessionId: toBase64(bytes.subarray(-32)), sessionKey: toBase64(bytes), firstIndex };
}
