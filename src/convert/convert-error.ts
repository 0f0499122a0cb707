/** Why an export cannot be converted: a code and one sentence, never text that stands in the export. */
export const CONVERT_ERRORS = {
  input_unreadable: "This is neither a folder nor a file that can be read.",
  archive_unreadable: "The file is not a sound ZIP archive, or it holds entries that no export has.",
  export_unknown: "This does not look like an export of that kind.",
  export_empty: "The export holds no messages.",
  export_malformed: "The export is damaged: it cannot be read as JSON, or not in the layout that it should have.",
  export_too_large: "The conversation is larger than one bundle may be.",
  account_export: "This is the export of a whole account: export the one chat from its own menu.",
  channel_needed: "The export holds several conversations: choose one of them with --channel.",
  channel_unknown: "The export holds no conversation of that name.",
} as const;

export type ConvertErrorCode = keyof typeof CONVERT_ERRORS;

export class ConvertError extends Error {
  readonly code: ConvertErrorCode;
  /** names of conversations that could be chosen */
  readonly choices: readonly string[];

  constructor(code: ConvertErrorCode, choices: readonly string[] = []) {
    super(CONVERT_ERRORS[code]);
    this.name = "ConvertError";
    this.code = code;
    this.choices = choices;
  }
}
