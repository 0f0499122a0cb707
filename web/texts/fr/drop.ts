import type { Texts } from "../en/en.ts";

export const drop: Texts["drop"] = {
  several: "Déposez un seul fichier à la fois. Aucun des fichiers n’a été pris.",
  folder: (name) => `${name} est un dossier. Compressez-le dans un ZIP et déposez celui-ci.`,
  empty: (name) => `${name} est vide : 0 octet.`,
};
