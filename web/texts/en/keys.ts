const messages = (count: number, shown: string): string =>
  count === 1 ? "1 encrypted message" : `${shown} encrypted messages`;

export const keys = {
  sealed: (count: number, shown: string) =>
    `This bundle holds ${messages(count, shown)}. Your own keys open them, in this browser.`,
  begin: "Read with your keys",
  promise: "Neither the keys nor what they open is sent to anybody.",
  from: "Where your keys are",
  fromFile: "In a file that your client has exported",
  fromBackup: "In your key backup on the homeserver",
  backupHint: "The backup comes encrypted, and is opened here.",
  signedOut:
    "After signing in, they can also come from your key backup. Without it: roomporter bundle decrypt --recovery-key.",
  chooseFile: "Choose a key file",
  fileHint: "In Element: Settings, Encryption, Export keys.",
  passphrase: "Passphrase of the key file",
  secret: "Recovery key or security phrase",
  withFiles: "Also fetch the files of these messages from the homeserver",
  submit: "Open the messages",
  cancel: "Cancel",
  opening: "Opening the keys …",
  decrypting: "Decrypting …",
  writing: "Writing the decrypted bundle …",
  opened: (count: number, total: number, shown: string, shownTotal: string) =>
    `${shown} of ${shownTotal} encrypted messages ${count === 1 && total === 1 ? "was" : "were"} opened.`,
  files: (count: number, shown: string) => (count === 1 ? "1 file was decrypted." : `${shown} files were decrypted.`),
  filesMissing: (count: number, shown: string) =>
    count === 1 ? "1 file is not in it." : `${shown} files are not in it.`,
  closed: {
    no_key: (count: number, shown: string) => `${messages(count, shown)}: no key for them was given`,
    later_index: (count: number, shown: string) =>
      `${messages(count, shown)}: the key opens later messages of their session only`,
    malformed: (count: number, shown: string) => `${messages(count, shown)}: damaged, or encrypted with another key`,
    unknown_algorithm: (count: number, shown: string) =>
      `${messages(count, shown)}: encrypted in a way that is not known`,
    replayed: (count: number, shown: string) => `${messages(count, shown)}: sent twice, of which the first counts`,
    other_sender: (count: number, shown: string) =>
      `${messages(count, shown)}: of a session that belongs to another sender`,
    not_allowed: (count: number, shown: string) => `${messages(count, shown)}: they claim what is never encrypted`,
    too_large: (count: number, shown: string) => `${messages(count, shown)}: too large with their plain text`,
  },
  faults: {
    key_file_unknown: "This is not a file of exported room keys.",
    key_file_passphrase: "The passphrase does not open the key file: it is another one, or the file is damaged.",
    backup_none: "This account has no key backup on its homeserver: choose a key file.",
    backup_secret_wrong: "The recovery key or security phrase is not that of this account’s key backup.",
    account_unreachable: "The homeserver did not give the key backup. Try again, or choose a key file.",
    no_session: "None of these keys opens a message of this bundle. Nothing was changed.",
  },
  save: "Save the decrypted bundle",
  saveHint: "It holds everything in plain text: keep it as you keep your keys.",
  toImport: "Import it",
  plaintext: "Import the plain text",
  plaintextHint:
    "The new room is not encrypted. Otherwise the messages stay encrypted in it. The service receives the whole file either way.",
};
