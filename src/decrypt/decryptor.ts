import type { JsonObject } from "../matrix/json.ts";

/** Why an encrypted event stays closed. */
export type ClosedReason = "no_key" | "later_index" | "malformed" | "unknown_algorithm";

/** An event whose ciphertext a key has opened. All of it stood inside the ciphertext, unless it is said otherwise. */
export interface OpenedEvent {
  readonly kind: "opened";
  readonly type: string;
  /** as it was encrypted: `m.relates_to` may differ from the one beside the ciphertext, which is the one that counts */
  readonly content: JsonObject;
  /** members beside type and content, e.g. `room_id`, `state_key`, `redacts` */
  readonly extras: JsonObject;
  /** of the megolm session, as the encrypted event names it */
  readonly sessionId: string;
  /** place of the message in its session: two events that share it are one ciphertext sent twice */
  readonly messageIndex: number;
  /** curve25519 key of the device that made the session, as the key file or backup says: not proven */
  readonly senderKey?: string;
  /** the session was marked as one that may be given to those who join later */
  readonly sharedHistory?: boolean;
}

/** One event as the keys could open it, or why not. */
export type Opened = OpenedEvent | { readonly kind: "closed"; readonly why: ClosedReason; readonly sessionId?: string };

/** Opens megolm ciphertexts with keys that it was made with. */
export interface Decryptor {
  /**
   * Opens events of type `m.room.encrypted`, in the client-server format (`event_id`, `sender`, `origin_server_ts`, `content`).
   * `roomId`: of the room where they were first sent: a ciphertext of another room is malformed. Gives one result an event, in
   * order; events that cannot be opened do not make it reject. Content that is not megolm is `unknown_algorithm`.
   */
  openBatch(roomId: string, events: readonly JsonObject[]): Promise<Opened[]>;
  close(): Promise<void>;
}
