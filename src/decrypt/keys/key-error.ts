/** What can be wrong with keys that somebody gives: a code and one sentence each. */
export const KEY_FAULTS = {
  key_file_unknown: "This is not a file of exported room keys: it has no line -----BEGIN MEGOLM SESSION DATA-----.",
  key_file_cut: "The key file is cut: the line -----END MEGOLM SESSION DATA----- is missing. Export the keys again.",
  key_file_several: "The file holds more than one key export: give each in a file of its own.",
  key_file_too_large: "The key file is too large.",
  key_file_base64: "The key file is damaged: between its first and last line stands something that is not base64.",
  key_file_short: "The key file is damaged: it is shorter than an empty key export. Export the keys again.",
  key_file_version: "The key file has a format version that this reader does not know: only version 1 is specified.",
  key_file_rounds: "The key file asks for a number of key derivation rounds outside the allowed range.",
  key_file_passphrase: "The passphrase does not open the key file: it is another one, or the file is damaged.",
  key_file_content:
    "What the passphrase opened is not a list of room keys: the program that wrote the key file is at fault.",
  recovery_key_malformed: "This is not a recovery key: it has 48 letters and digits, and one of them may be mistyped.",
  account_unreachable: "The homeserver did not give what is needed to read the key backup.",
  backup_none: "This account has no key backup on its homeserver: give a key file.",
  backup_algorithm: "The key backup is of a kind that this reader does not know: give a key file.",
  backup_passphrase_none: "The key backup cannot be opened with a passphrase: give the recovery key.",
  backup_rounds: "The account asks for a number of key derivation rounds outside the allowed range.",
  backup_secret_wrong: "The recovery key or passphrase is not that of this account's key backup.",
  backup_key_other:
    "The recovery key or passphrase is right, but the key behind it is that of an earlier backup: set up the backup again, or give a key file.",
  backup_too_large: "The homeserver's answer is too large.",
} as const;

export type KeyFaultCode = keyof typeof KEY_FAULTS;

/** Keys that cannot be used. The message never holds anything of a key, a passphrase or a decrypted text. */
export class KeyError extends Error {
  readonly code: KeyFaultCode;

  /** `detail` goes behind the sentence: a line number, a count, a limit */
  constructor(code: KeyFaultCode, detail?: string) {
    super(detail === undefined ? KEY_FAULTS[code] : `${KEY_FAULTS[code]} ${detail}`);
    this.name = "KeyError";
    this.code = code;
  }
}
