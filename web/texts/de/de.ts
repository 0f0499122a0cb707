import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";
import { admin } from "./admin.ts";
import { conversions } from "./conversions.ts";
import { drop } from "./drop.ts";
import { exports } from "./exports.ts";
import { imports } from "./imports.ts";
import { jobs } from "./jobs.ts";
import { keys } from "./keys.ts";
import { look } from "./look.ts";
import { oauth } from "./oauth.ts";
import { rooms } from "./rooms.ts";
import { rules } from "./rules.ts";
import { signIn } from "./sign-in.ts";
import { widget } from "./widget.ts";

const n = counted("de");

/** German, as Element speaks it: "du", Räume, Spaces. */
export const de: Texts = {
  language: "de",
  languageChoice: "Sprache",
  title: "Roomporter",
  tagline: "Nimm deine Matrix-Räume mit",
  loading: "Wird geladen …",
  noService: "Der Dienst antwortet nicht. Prüfe deine Verbindung und versuche es dann erneut.",
  away: "Der Dienst antwortet nicht. Neuer Versuch …",
  more: "Mehr zeigen",
  tryAgain: "Erneut versuchen",
  notLoaded:
    "Diese Seite konnte nicht geladen werden: Vielleicht wurde der Dienst aktualisiert. Lade die Seite neu und melde dich erneut an.",
  fault: (what, sentence) => `${what}: ${sentence}`,

  signIn,

  oauth,
  signOut: "Abmelden",
  account: (user) => `Angemeldet als ${user}`,
  skip: "Zum Inhalt springen",
  nav: {
    label: "Hauptmenü",
    rooms: "Export",
    imports: "Import",
    jobs: "Aufträge",
    look: "Ansehen",
    rules: "Räume",
    admin: "Verwaltung",
  },

  rooms,

  exports,

  imports,

  drop,

  conversions,

  jobs,

  look,

  keys,

  rules,

  admin,

  widget,

  limits: {
    visibility: "Was du nicht sehen darfst, zum Beispiel Nachrichten aus der Zeit vor deinem Beitritt",
    date_range: "Nachrichten außerhalb der gewählten Tage",
    senders: "Nachrichten anderer als der gewählten Personen",
    thread: "Alles außer einem Thread",
    media: "Bilder und Dateien",
    since_bundle: "Was schon in einem früheren Paket ist",
  },
  encryptedFiles: "Die Dateien verschlüsselter Nachrichten: nur die Schlüssel des Raums zeigen, welche es gibt",
  limitUnknown: "Etwas, wofür es hier keinen Namen gibt",
  notCarried: (count) =>
    n(
      count,
      "# Ding, das nicht mitkommen konnte; das Paket nennt es",
      "# Dinge, die nicht mitkommen konnten; das Paket nennt sie",
    ),
};
