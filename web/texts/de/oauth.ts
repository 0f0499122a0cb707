import type { Texts } from "../en/en.ts";

export const oauth: Texts["oauth"] = {
  lead: (server) =>
    `Mit deinem Konto auf ${server}. Du meldest dich auf einer Seite dieses Servers an und kommst hierher zurück.`,
  submit: (server) => `Weiter mit ${server}`,
  denied: "Du wurdest nicht angemeldet: Die Anmeldung wurde abgebrochen.",
};
