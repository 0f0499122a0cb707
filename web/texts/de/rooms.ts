import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("de");

export const rooms: Texts["rooms"] = {
  heading: "Räume exportieren",
  lead: "Wähle die Räume, die du mitnehmen möchtest. Aus jedem wird eine ZIP-Datei, die jeder prüfen und lesen kann.",
  search: "Räume suchen",
  list: "Deine Räume",
  none: "Du bist noch in keinem Raum.",
  noMatch: (query) => `Kein Raum passt zu „${query}“.`,
  members: (count) => n(count, "# Mitglied", "# Mitglieder"),
  active: (when) => `aktiv ${when}`,
  encrypted: "verschlüsselt",
  space: "Space",
  exportSpace: "Space exportieren",
  exportSpaceOf: (name) => `Space ${name} mit seinen Räumen exportieren`,
  inSpace: (selected, count) =>
    selected === 0
      ? n(count, "# Raum darin", "# Räume darin")
      : `${n(selected, "#", "#")} von ${n(count, "# Raum", "# Räumen")} darin ausgewählt`,
  unnamed: "Raum ohne Namen",
  with: (names) => `Mit ${names}`,
  selected: (count) => (count === 0 ? "Kein Raum ausgewählt" : n(count, "# Raum ausgewählt", "# Räume ausgewählt")),
  clear: "Auswahl aufheben",
  options: "Optionen",
  since: "Von",
  until: "Bis einschließlich",
  zone: (zone) => `Tage in deiner Zeitzone, ${zone}`,
  media: "Mit Bildern und Dateien",
  viewer: "Mit einer Seite zum Lesen im Browser",
  submit: (count) => (count > 1 ? n(count, "# Raum exportieren", "# Räume exportieren") : "Exportieren"),
  starting: "Wird gestartet …",
  started: "Gestartete Exporte",
  refused: (room) => `${room} kann nicht exportiert werden`,
  datesWrong: "Der erste Tag liegt nach dem letzten.",
};
