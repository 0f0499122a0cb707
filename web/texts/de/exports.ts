import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("de");

export const exports: Texts["exports"] = {
  format: "Speichern als",
  formats: {
    bundle: "Paket (ZIP), auch zum Import",
    page: "Seite zum Lesen (HTML)",
    text: "Nur Text",
    markdown: "Markdown",
    csv: "Tabelle (CSV)",
  },
  formatHint: "Das Paket wird auch erstellt und kann daneben heruntergeladen werden.",
  saveAs: (room) => `${room} speichern als`,
  withoutBot: "Ohne Nachrichten des Roomporter-Bots",
  predecessors: "Mit den Vorgängern: den Räumen vor seinen Upgrades",
  onlyPeople: (count) => (count === 0 ? "Nur bestimmte Personen" : n(count, "Nur # Person", "Nur # Personen")),
  people: "Personen",
  chosenPeople: "Ausgewählte Personen",
  removePerson: (name) => `${name} entfernen`,
  searchPeople: "Personen suchen oder Benutzer-ID eingeben",
  peopleHint:
    "Wer in den gewählten Räumen ist oder war. Ein Import bringt Personen mit, die in keinem Raum sind: Gib ihre Benutzer-ID ein.",
  noRoomYet: "Wähle einen Raum, um seine Personen zu sehen, oder gib eine Benutzer-ID ein.",
  gone: "nicht mehr im Raum",
  onlyThread: (chosen) => (chosen ? "Nur ein Thread (ausgewählt)" : "Nur ein Thread"),
  thread: "Link der Nachricht, mit der der Thread beginnt",
  threadHint: "In Element: „Teilen“ im Menü der Nachricht. Ihre Ereignis-ID geht auch.",
  threadWrong: "Das ist weder der Link einer Nachricht noch eine Ereignis-ID, die mit $ beginnt.",
  threadOfOne: "Ein Thread gehört zu einem Raum: Wähle nur diesen aus.",
  inviteAsk: (user) => `${user} ist nicht in diesem Raum und muss ihn für den Export lesen können.`,
  invite: (user) => `${user} einladen und exportieren`,
  inviting: "Wird eingeladen …",
  inviteFailed: (message) => `Der Heimserver hat die Einladung abgelehnt: ${message}`,
  notJoined: (user) => `${user} wurde eingeladen, ist aber nicht gekommen. Versuche es in einer Minute erneut.`,
};
