/** Bounds that every bundle keeps, so that a reader's memory is bounded too. They are part of the format: docs/bundle-format.md. */

/**
 * One event or state event, bytes of JSON. A homeserver takes 64 KiB of canonical JSON; a redacted event carries its redaction
 * along; another writer may escape every character in up to three times its bytes, and indent.
 */
export const MAX_EVENT_BYTES = 1024 * 1024;
/** Any other element or member of the manifest, bytes: a file may have been uploaded many times, and have as many URIs. */
export const MAX_ELEMENT_BYTES = 16 * 1024 * 1024;
/** All of the manifest but the events, bytes: it is held in memory. Enough for the state of a room with 100,000 members. */
export const MAX_HEAD_BYTES = 64 * 1024 * 1024;
/** The whole manifest, bytes. */
export const MAX_MANIFEST_BYTES = 16 * 1024 ** 3;
/** A key of the manifest, bytes. */
export const MAX_KEY_BYTES = 4096;
/** Objects and arrays inside each other, within one element. Synapse refuses events of twice that depth. */
export const MAX_DEPTH = 1000;
/** Files in the archive. */
export const MAX_ENTRIES = 200_000;
