/** The keys and types that Roomporter itself puts into events. Everything else is named by the Matrix specification. */

/** In a content, and beside the content of a bundle's event: who really wrote it. */
export const IMPORTED_SENDER = "_imported_sender";
/** In a content: indexers must leave this event alone. */
export const DO_NOT_INDEX = "do_not_index";
/** In a content: where the event came from and how its original content is given back. */
export const ORIGIN = "io.roomporter.origin";
/** Event type that keeps what must not act again. */
export const WRAPPER = "io.roomporter.event";
/** State event of a room that an import made. */
export const IMPORTED = "io.roomporter.imported";
/** State event that holds the rules of a room. */
export const POLICY = "io.roomporter.policy";
/** Marks the one notice that the import of a slice leaves in the room. */
export const NOTICE = "io.roomporter.notice";
/** In the start of a poll: the votes for each answer, where the source could count them but not say whose they were. */
export const POLL_RESULT = "io.roomporter.poll_result";
/** In what the bot says, and beside a ciphertext of an import: by which it is known again where the homeserver's answer was lost. */
export const TRANSACTION = "io.roomporter.transaction";
/**
 * State event of an imported room, under the id of a redacted event: `{origin_server_ts, content}` of a redaction that the homeserver could
 * not date.
 */
export const REDACTION = "io.roomporter.redaction";
/** MSC4144, under the name that clients read today. */
export const PER_MESSAGE_PROFILE = "com.beeper.per_message_profile";
/** State event types by which a bridge marks its rooms (MSC2346). */
export const BRIDGE_TYPES: readonly string[] = ["m.bridge", "uk.half-shot.bridge"];
/** In the content of `m.room.create`, of a room that the service made: by which request. */
export const CREATION = "io.roomporter.creation";
/** In the content of an invitation of the service user: it says nothing when it has come. */
export const QUIETLY = "io.roomporter.quietly";
/** In the content of `m.room.create`, of a room in which the service tries out what the homeserver does. */
export const PROBE = "io.roomporter.probe";
