import { counted } from "../counted.ts";
import { en, type Texts } from "../en/en.ts";

const n = counted("de");

export const conversions: Texts["conversions"] = {
  program: en.conversions.program,
  ask: "Diese Datei ist kein Paket. Der Dienst kann Exporte von Slack, Discord, Telegram, WhatsApp und anderen Programmen umwandeln. Um hineinzuschauen, muss die Datei gesendet werden; du siehst, was daraus wird, bevor etwas importiert wird.",
  empty: "leer",
  asBundle: (fault) => `Als Paket lässt sie sich nicht lesen: ${fault}`,
  send: "Senden und hineinschauen",
  looking: "Der Export wird untersucht …",
  converting: "Wird umgewandelt …",
  soFar: (events) => `bisher ${events} Ereignisse`,
  failed: "Diese Datei lässt sich nicht umwandeln",
  from: (program) => `Ein Export von ${program}`,
  choose: "Welche Unterhaltungen?",
  search: "Unterhaltungen suchen",
  list: "Unterhaltungen",
  noMatch: (query) => `Keine Unterhaltung passt zu „${query}“.`,
  more: (count) => `${count} weitere sind nicht aufgeführt: Suche nach ihnen.`,
  notListed: (count) => `${count} Unterhaltungen mit sehr langen Namen sind ausgelassen.`,
  convert: (count) => (count === 0 ? "Umwandeln" : n(count, "# Unterhaltung umwandeln", "# Unterhaltungen umwandeln")),
  timeZone: "In welcher Zeitzone wurde geschrieben?",
  timeZoneHint: "Der Export enthält Uhrzeiten ohne Zeitzone. Hier gibst du an, welche gemeint ist.",
  dateOrder: "Wie schreibt er ein Datum?",
  dateOrders: { dmy: "Tag, Monat, Jahr", mdy: "Monat, Tag, Jahr", ymd: "Jahr, Monat, Tag" },
  trust: "Wessen Importe dürfen die Verfasser nennen?",
  trustHint:
    "Einige Nachrichten kamen durch einen Import in diesen Raum und nennen, wer sie geschrieben hat. So etwas kann jeder schreiben: Gib an, wer importiert hat, wenn du ihm vertraust. Importe dieses Dienstes macht der Benutzer, der hier steht.",
  trustSubmit: "Noch einmal umwandeln",
  goOn: "Fortfahren",
  result: "Was importiert würde",
  size: "Größe des Pakets",
  differs: "Was anders ist oder fehlt",
  nothingDiffers: "Alles, was der Export enthält, kommt mit.",
  submit: (count) =>
    count > 1
      ? n(count, "In # neuen Raum importieren", "In # neue Räume importieren")
      : "In einen neuen Raum importieren",
  importFailed: (name) => `Der Import von ${name} wurde nicht gestartet`,
};
