import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("de");
const messages = (count: number, shown: string): string =>
  n(count, "# verschlüsselte Nachricht", "# verschlüsselte Nachrichten", shown);

export const keys: Texts["keys"] = {
  sealed: (count, shown) =>
    `Dieses Paket enthält ${messages(count, shown)}. Deine eigenen Schlüssel öffnen sie in diesem Browser.`,
  begin: "Mit deinen Schlüsseln lesen",
  promise: "Weder die Schlüssel noch das, was sie öffnen, wird an jemanden gesendet.",
  from: "Wo deine Schlüssel sind",
  fromFile: "In einer Datei, die dein Programm exportiert hat",
  fromBackup: "In deiner Schlüsselsicherung auf dem Heimserver",
  backupHint: "Die Sicherung kommt verschlüsselt und wird hier geöffnet.",
  signedOut:
    "Nach der Anmeldung können sie auch aus deiner Schlüsselsicherung kommen. Ohne sie: roomporter bundle decrypt --recovery-key.",
  chooseFile: "Schlüsseldatei auswählen",
  fileHint: "In Element: Einstellungen, Verschlüsselung, Schlüssel exportieren.",
  passphrase: "Passphrase der Schlüsseldatei",
  secret: "Wiederherstellungsschlüssel oder Sicherheitsphrase",
  withFiles: "Auch die Dateien dieser Nachrichten vom Heimserver holen",
  submit: "Nachrichten öffnen",
  cancel: "Abbrechen",
  opening: "Schlüssel werden geöffnet …",
  decrypting: "Nachrichten werden entschlüsselt …",
  writing: "Das entschlüsselte Paket wird geschrieben …",
  opened: (_count, total, shown, shownTotal) =>
    `${shown} von ${n(total, "# verschlüsselten Nachricht", "# verschlüsselten Nachrichten", shownTotal)} geöffnet.`,
  files: (count, shown) => n(count, "# Datei wurde entschlüsselt.", "# Dateien wurden entschlüsselt.", shown),
  filesMissing: (count, shown) => n(count, "# Datei ist nicht dabei.", "# Dateien sind nicht dabei.", shown),
  closed: {
    no_key: (count, shown) => `${messages(count, shown)}: Es wurde kein Schlüssel dafür angegeben`,
    later_index: (count, shown) => `${messages(count, shown)}: Der Schlüssel öffnet nur spätere ihrer Sitzung`,
    malformed: (count, shown) => `${messages(count, shown)}: beschädigt oder mit einem anderen Schlüssel verschlüsselt`,
    unknown_algorithm: (count, shown) => `${messages(count, shown)}: auf unbekannte Weise verschlüsselt`,
    replayed: (count, shown) => `${messages(count, shown)}: zweimal gesendet, wovon das erste Mal zählt`,
    other_sender: (count, shown) => `${messages(count, shown)}: aus einer Sitzung, die einem anderen Absender gehört`,
    not_allowed: (count, shown) => `${messages(count, shown)}: geben vor, was nie verschlüsselt wird`,
    too_large: (count, shown) => `${messages(count, shown)}: mit ihrem Klartext zu groß`,
  },
  faults: {
    key_file_unknown: "Das ist keine Datei mit exportierten Raumschlüsseln.",
    key_file_passphrase:
      "Die Passphrase öffnet die Schlüsseldatei nicht: Es ist eine andere, oder die Datei ist beschädigt.",
    backup_none: "Dieses Konto hat keine Schlüsselsicherung auf seinem Heimserver: Wähle eine Schlüsseldatei.",
    backup_secret_wrong:
      "Der Wiederherstellungsschlüssel oder die Sicherheitsphrase gehört nicht zur Schlüsselsicherung dieses Kontos.",
    account_unreachable:
      "Der Heimserver hat die Schlüsselsicherung nicht herausgegeben. Versuche es noch einmal, oder wähle eine Schlüsseldatei.",
    no_session: "Keiner dieser Schlüssel öffnet eine Nachricht dieses Pakets. Nichts wurde geändert.",
  },
  save: "Entschlüsseltes Paket speichern",
  saveHint: "Es enthält alles im Klartext: Bewahre es auf wie deine Schlüssel.",
  toImport: "Importieren",
  plaintext: "Den Klartext importieren",
  plaintextHint:
    "Der neue Raum ist nicht verschlüsselt. Sonst bleiben die Nachrichten darin verschlüsselt. Der Dienst erhält in jedem Fall die ganze Datei.",
};
