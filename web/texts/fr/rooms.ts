import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("fr");

export const rooms: Texts["rooms"] = {
  heading: "Exporter des salons",
  lead: "Choisissez les salons à emporter. Chacun devient un fichier ZIP que tout le monde peut vérifier et lire.",
  search: "Rechercher des salons",
  list: "Vos salons",
  none: "Vous n’êtes encore dans aucun salon.",
  noMatch: (query) => `Aucun salon ne correspond à « ${query} ».`,
  members: (count) => n(count, "# membre", "# membres"),
  active: (when) => `actif ${when}`,
  encrypted: "chiffré",
  space: "espace",
  exportSpace: "Exporter l’espace",
  exportSpaceOf: (name) => `Exporter l’espace ${name} avec ses salons`,
  inSpace: (selected, count) =>
    selected === 0
      ? n(count, "contient # salon", "contient # salons")
      : `${n(selected, "# sélectionné", "# sélectionnés")} sur ${n(count, "#", "#")}`,
  unnamed: "Salon sans nom",
  with: (names) => `Avec ${names}`,
  selected: (count) =>
    count === 0 ? "Aucun salon sélectionné" : n(count, "# salon sélectionné", "# salons sélectionnés"),
  clear: "Effacer la sélection",
  options: "Options",
  since: "Du",
  until: "Au (inclus)",
  zone: (zone) => `Jours dans votre fuseau horaire, ${zone}`,
  media: "Avec les images et les fichiers",
  viewer: "Avec une page pour le lire dans un navigateur",
  submit: (count) => (count > 1 ? n(count, "Exporter # salon", "Exporter # salons") : "Exporter"),
  starting: "Démarrage…",
  started: "Exports démarrés",
  refused: (room) => `${room} ne peut pas être exporté`,
  datesWrong: "Le premier jour est après le dernier.",
};
