import type { Texts } from "../en/en.ts";

export const widget: Texts["widget"] = {
  heading: "Diesen Raum exportieren",
  lead: "Der Export läuft weiter, wenn du dies schließt. Du findest ihn hier wieder.",
  thisRoom: "diesem Raum",
  asking: "Dein Client wird gefragt, wer du bist: Vielleicht bittet er dich um Bestätigung.",
  alone: "Diese Seite gehört in einen Raum: Öffne sie als Widget in deinem Matrix-Client.",
  strangeClient: (origin) =>
    `${origin} darf dieses Widget nicht zeigen: Der Betreiber dieses Dienstes kann es mit web.widget_clients erlauben.`,
  notTold: "Dein Client hat nicht gesagt, wer du bist. Erlaube es und versuche es dann erneut.",
  submit: "Diesen Raum exportieren",
  jobs: "Deine Exporte dieses Raums",
  none: "Noch keine.",
};
