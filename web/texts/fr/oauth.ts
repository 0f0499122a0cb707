import type { Texts } from "../en/en.ts";

export const oauth: Texts["oauth"] = {
  lead: (server) =>
    `Avec votre compte sur ${server}. Vous vous connectez sur une page de ce serveur, puis revenez ici.`,
  submit: (server) => `Continuer avec ${server}`,
  denied: "Vous n’êtes pas connecté : la connexion a été annulée.",
};
