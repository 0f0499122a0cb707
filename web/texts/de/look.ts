import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("de");

export const look: Texts["look"] = {
  heading: "Paket öffnen",
  lead: "Lies einen exportierten Raum oder eine Sammlung von Räumen in diesem Browser. Nichts wird gesendet; es geht auch ohne Verbindung.",
  drop: "Paket hier ablegen",
  choose: "Datei auswählen",
  link: "Paket ohne Anmeldung öffnen",
  back: "Zurück zur Anmeldung",
  reading: (name) => `${name} wird gelesen …`,
  readingRest: (percent) =>
    `Der Rest wird gelesen: ${String(percent)} %. Die Suche erfasst ihn, sobald er gelesen ist.`,
  other: "Andere Datei öffnen",
  tooOld:
    "Dieser Browser ist zu alt, um Pakete zu öffnen: Nötig ist mindestens Chrome 114, Firefox 135 oder Safari 18.4.",
  unnamed: "Raum ohne Namen",
  empty: "In diesem Paket sind keine Nachrichten.",
  conversation: "Unterhaltung",
  keys: "J und K führen zur nächsten und zur vorigen Nachricht, Pos1 und Ende zur ersten und zur letzten.",
  search: "Unterhaltung durchsuchen",
  searchShort: "Suchen",
  searching: "Suche läuft …",
  found: (count, shown) =>
    count === 0 ? "Keine Nachricht gefunden" : n(count, "# Nachricht gefunden", "# Nachrichten gefunden", shown),
  moreFound: (shown) => `Die ersten ${shown} sind aufgeführt.`,
  results: "Suchergebnisse",
  closeResults: "Schließen",
  date: "Zum Datum springen",
  go: "Los",
  zone: (zone) =>
    `Zeiten in deiner Zeitzone (${zone}); zeige auf eine Zeit, um sie in UTC zu sehen. Die Monate des Diagramms sind UTC.`,
  noDay: "Ohne gültiges Datum",
  spoiler: (reason) => (reason === "" ? "Spoiler verborgen" : `Spoiler verborgen: ${reason}`),
  rooms: (count, shown) => n(count, "# Raum", "# Räume", shown),
  collection: (server, when) => `Räume von ${server}, exportiert am ${when}`,
  findRoom: "Räume suchen",
  events: (count, shown) => n(count, "# Ereignis", "# Ereignisse", shown),
  files: (count, shown) => n(count, "# Datei", "# Dateien", shown),
  partOnly: "nicht der ganze Raum",
  missing: (count) => n(count, "# Raum fehlt in dieser Sammlung.", "# Räume fehlen in dieser Sammlung."),
  noRooms: "Kein Raum gefunden",
  toRooms: "Alle Räume",
  inside: "Hineinschauen",
  saveRoom: "Sein Paket speichern",
};
