/** Bounds that every bundle keeps, so that a reader's memory is bounded too. They are part of the format: docs/bundle-format.md. */

/**
 * One event or state event, bytes of JSON. A homeserver takes 64 KiB of canonical JSON; a redacted event carries its redaction
 * along; another writer may escape every character in up to three times its bytes, and indent.
 */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** Any other element or member of the manifest, bytes: a file may have been uploaded many times, and have as many URIs. */
export const MAX_ELEMENT_BYTES = 2 * 1024 * 1024;
/** All of the manifest but the events, bytes. Enough for the state of a room with 100,000 members. */
export const MAX_HEAD_BYTES = 64 * 1024 * 1024;
/**
 * All of the manifest but events and state, which a reader holds in memory: bytes, and VALUE_BYTES more for each JSON value in it,
 * for a short value takes many times its length there.
 */
export const MAX_HEAD_WEIGHT = 64 * 1024 * 1024;
export const VALUE_BYTES = 48;
/** The members among it that a reader does not know, weighed in the same way: nobody needs them, so nobody has to bear much. */
export const MAX_UNKNOWN_WEIGHT = 8 * 1024 * 1024;
/** The whole manifest, bytes. */
export const MAX_MANIFEST_BYTES = 16 * 1024 ** 3;
/** A key of the manifest, bytes. */
export const MAX_KEY_BYTES = 4096;
/** Members of the manifest, of whatever name. */
export const MAX_MEMBERS = 1000;
/** Objects and arrays inside each other, within one element. Synapse refuses events of twice that depth. */
export const MAX_DEPTH = 1000;
/** Files in the archive. */
export const MAX_ENTRIES = 200_000;

/** All entries together, unpacked, bytes; and so many times the archive's own size more. */
export const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
export const MAX_UNPACKED_RATIO = 100;
