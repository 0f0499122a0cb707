/**
 * What can be wrong with a bundle: a code and one sentence each. docs/bundle-format.md holds the same table, and a test holds the
 * two equal.
 */
export const FAULTS = {
  zip_unreadable: "The file is not a ZIP archive, or its directory is damaged.",
  zip_too_many_entries: "The archive has more entries than a bundle may have.",
  zip_bomb: "The archive would unpack to far more than an archive of its size may hold.",
  zip_hidden_data: "The archive holds data that belong to none of its entries.",
  entry_name: "An entry of the archive has a name that is not allowed.",
  entry_duplicate: "The archive holds the same entry, or a file for the same hash, more than once.",
  entry_overlap: "Entries of the archive overlap.",
  entry_not_file: "An entry of the archive is not a plain file.",
  entry_encrypted: "An entry of the archive is encrypted.",
  entry_method: "An entry of the archive is neither stored nor deflated.",
  entry_streamed:
    "A stored entry has its size behind its data, where no reader of a stream finds it; earlier builds wrote that: export the room again.",
  entry_header: "An entry's own header or data descriptor does not agree with the archive's directory.",
  entry_damaged: "The data of an entry are damaged: their checksum is wrong or they cannot be unpacked.",
  entry_size: "An entry holds more or less data than the archive's directory says.",
  entry_unlisted: "The archive holds a file that the manifest does not list.",
  manifest_missing: "The archive has no manifest.json.",
  manifest_syntax: "The manifest is not a JSON document of the expected layout in UTF-8.",
  manifest_truncated: "The manifest ends in the middle.",
  manifest_too_large: "The manifest, or what it holds besides events, is too large.",
  element_too_large: "One element of the manifest is too large.",
  element_too_deep: "An element of the manifest is nested too deeply.",
  member_missing: "The manifest lacks a member that it must have.",
  member_duplicate: "The manifest, or an object in it, holds a member more than once.",
  member_shape: "A member of the manifest, or an element of one, does not have the shape that the schema asks for.",
  format_unknown: "The manifest is not that of a Roomporter bundle.",
  version_unknown: "The bundle has a format version that this reader does not know.",
  event_shape: "An event lacks a member or has one of the wrong type.",
  extension_unknown: "The bundle needs an extension of the format that this reader does not know.",
  event_duplicate: "The bundle holds two events with the same id.",
  event_order: "The event that created the room is not the first.",
  sender_unlisted: "The sender of an event is not among the senders.",
  sender_avatar: "A sender's avatar does not agree with the media.",
  sender_inconsistent:
    "An entry of the senders does not agree with its key, with itself, with the source of the bundle or with the events.",
  author_inconsistent: "What stands beside or in an event names another author than it must, or none.",
  origin_invalid: "An imported event has an origin that is malformed, or does not lead back to the original event.",
  redaction_inconsistent: "A redacted event names a redaction that redacts another event.",
  state_duplicate: "The state holds two events of the same type and state key, or with the same id.",
  state_inconsistent: "An event is another one among the events than in the state.",
  increment_inconsistent: "The events do not go on from the earlier bundle as the coverage says.",
  media_missing: "A media file that the manifest lists is not in the archive.",
  media_size: "A media file does not have the size that the manifest gives.",
  media_hash: "A media file does not have the SHA-256 under which it is listed.",
  viewer_mismatch: "The viewer in the archive is not the one that the manifest lists.",
  media_uri_duplicate: "The same mxc URI stands for two media files.",
  media_unlisted:
    "A media file that an event, a sender or the room refers to is neither in the bundle nor in the ledger (earlier builds overlooked some: export the room again).",
  counts_mismatch: "The counts in the manifest differ from what the bundle holds.",
  decryption_invalid:
    "What was decrypted does not fit the encrypted events, or the exported manifest is not what is left without it.",
  signature_invalid: "The bundle's signature is damaged, or not one of this manifest.",
} as const;

export type FaultCode = keyof typeof FAULTS;

/** One thing that is wrong. `where` is a place in the bundle, e.g. `/events/12` or `media/<sha256>`, never text that somebody wrote. */
export interface Fault {
  code: FaultCode;
  message: string;
  where?: string;
  event_id?: string;
}

export function fault(code: FaultCode, where?: string, eventId?: string): Fault {
  const found: Fault = { code, message: FAULTS[code] };
  if (where !== undefined) found.where = where;
  if (eventId !== undefined) found.event_id = eventId;
  return found;
}

/** A bundle that cannot be read on. */
export class BundleError extends Error {
  readonly code: FaultCode;
  readonly fault: Fault;

  constructor(code: FaultCode, where?: string, eventId?: string) {
    super(FAULTS[code]);
    this.name = "BundleError";
    this.code = code;
    this.fault = fault(code, where, eventId);
  }
}
