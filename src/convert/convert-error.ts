/** Why an export cannot be converted: a code and one sentence, never text that stands in the export. */
export const CONVERT_ERRORS = {
  input_unreadable: "This is neither a folder nor a file that can be read.",
  archive_unreadable: "The file is not a sound ZIP archive, or it holds entries that no export has.",
  export_unknown: "This does not look like an export of that kind.",
  export_empty: "The export holds no messages.",
  export_malformed: "The export is damaged: it cannot be read as JSON, or not in the layout that it should have.",
  export_too_large: "The conversation is larger than one bundle may be.",
  account_export: "This is the export of a whole account: export the one chat from its own menu.",
  export_encrypted:
    "This is encrypted: export the chats from Signal's settings as plain text, or read its database with signal-export (--from signal).",
  html_export: "This export is written as HTML pages: export again, and choose JSON.",
  time_zone_needed:
    "The export gives times without their time zone: name it, such as --time-zone Europe/Berlin (an IANA name; UTC is one, too).",
  time_zone_unknown: "There is no time zone of that name; IANA names look like Europe/Berlin.",
  date_order_needed: "The dates of the export can be read in several ways: choose one with --date-order.",
  channel_needed:
    "The export holds several conversations: choose one of them with --channel, or name a folder for all of them (-o FOLDER/).",
  channel_unknown: "The export holds no conversation of that name.",
} as const;

export type ConvertErrorCode = keyof typeof CONVERT_ERRORS;

export class ConvertError extends Error {
  readonly code: ConvertErrorCode;
  /** names of conversations that could be chosen */
  readonly choices: readonly string[];
  /** what it is about: never text that stands in the export */
  readonly detail: string | undefined;

  constructor(code: ConvertErrorCode, choices: readonly string[] = [], detail?: string) {
    super(CONVERT_ERRORS[code]);
    this.name = "ConvertError";
    this.code = code;
    this.choices = choices;
    this.detail = detail;
  }
}
