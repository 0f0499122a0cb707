import type { Texts } from "../en/en.ts";

export const signIn: Texts["signIn"] = {
  heading: "Anmelden",
  lead: (server) => `Mit deinem Konto auf ${server}. Dein Passwort geht nur an diesen Server.`,
  user: "Benutzername",
  password: "Passwort",
  submit: "Anmelden",
  busy: "Anmeldung läuft …",
  or: "oder",
  sso: "Weiter mit Single Sign-on",
  ssoWith: (name) => `Weiter mit ${name}`,
  tokenToggle: "Zugangstoken verwenden",
  token: "Zugangstoken",
  tokenHint: "Das Token bleibt nur im Speicher dieser Seite. Wenn du dich hier abmeldest, bleibt es gültig.",
  tokenSubmit: "Dieses Token verwenden",
  linkHeading: "Mit diesem Link anmelden?",
  linkLead: "Die geöffnete Adresse enthält eine Anmeldung. Fahre nur fort, wenn du der Quelle des Links vertraust.",
  linkSubmit: "Fortfahren",
  linkCancel: "Anders anmelden",
  wrongPassword: "Der Benutzername oder das Passwort ist falsch.",
  expired: "Deine Sitzung ist abgelaufen. Melde dich erneut an; laufende Aufträge gehen weiter.",
  notLoggedOut: (server) =>
    `Hier bist du abgemeldet, aber ${server} hat das Ende der Sitzung nicht bestätigt. Entferne das Gerät „Roomporter“ in deinem Matrix-Client.`,
  noAccess: (user) => `${user} darf diesen Dienst nicht nutzen. Bitte den Betreiber um eine Berechtigung.`,
  unreachable: (server) => `Der Heimserver ${server} antwortet nicht.`,
  adminToken: "Das ist ein Admin-Token des Dienstes. Diese Seite braucht das Zugangstoken eines Matrix-Kontos.",
  failed: (message) => `Anmeldung fehlgeschlagen: ${message}`,
};
