import type { Texts } from "../en/en.ts";

export const widget: Texts["widget"] = {
  heading: "Exporter ce salon",
  lead: "L’export continue quand vous fermez ceci. Vous le retrouverez ici.",
  thisRoom: "ce salon",
  asking: "Votre client est interrogé sur votre identité : il vous demandera peut-être de confirmer.",
  alone: "Cette page a sa place dans un salon : ouvrez-la comme widget dans votre client Matrix.",
  strangeClient: (origin) =>
    `${origin} n’a pas le droit d’afficher ce widget : l’opérateur de ce service peut l’autoriser avec web.widget_clients.`,
  notTold: "Votre client n’a pas dit qui vous êtes. Autorisez-le, puis réessayez.",
  submit: "Exporter ce salon",
  jobs: "Vos exports de ce salon",
  none: "Aucun pour l’instant.",
};
