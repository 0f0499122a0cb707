import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("fr");

export const look: Texts["look"] = {
  heading: "Ouvrir une archive",
  lead: "Lisez un salon exporté, ou une collection de salons, dans ce navigateur. Rien n’est envoyé ; cela fonctionne aussi sans connexion.",
  drop: "Déposez une archive ici",
  choose: "Choisir un fichier",
  link: "Ouvrir une archive sans se connecter",
  back: "Retour à la connexion",
  reading: (name) => `Lecture de ${name}…`,
  readingRest: (percent) => `Lecture du reste : ${String(percent)} %. La recherche le couvre une fois qu’il est lu.`,
  other: "Ouvrir un autre fichier",
  tooOld:
    "Ce navigateur est trop ancien pour ouvrir des archives : il faut au moins Chrome 114, Firefox 135 ou Safari 18.4.",
  unnamed: "Salon sans nom",
  empty: "Cette archive ne contient aucun message.",
  conversation: "Discussion",
  keys: "J et K mènent au message suivant et au précédent, Origine et Fin au premier et au dernier.",
  search: "Rechercher dans la discussion",
  searchShort: "Rechercher",
  searching: "Recherche…",
  found: (count, shown) =>
    count === 0 ? "Aucun message trouvé" : n(count, "# message trouvé", "# messages trouvés", shown),
  moreFound: (shown) => `Seuls les ${shown} premiers sont affichés.`,
  results: "Résultats de la recherche",
  closeResults: "Fermer",
  date: "Aller à la date",
  go: "Aller",
  zone: (zone) =>
    `Heures dans votre fuseau horaire (${zone}) ; pointez une heure pour la voir en UTC. Les mois du graphique sont en UTC.`,
  noDay: "Sans date valable",
  spoiler: (reason) => (reason === "" ? "Contenu masqué" : `Contenu masqué : ${reason}`),
  rooms: (count, shown) => n(count, "# salon", "# salons", shown),
  collection: (server, when) => `Salons de ${server}, exportés le ${when}`,
  findRoom: "Rechercher des salons",
  events: (count, shown) => n(count, "# évènement", "# évènements", shown),
  files: (count, shown) => n(count, "# fichier", "# fichiers", shown),
  partOnly: "pas le salon entier",
  missing: (count) => n(count, "# salon manque dans cette collection.", "# salons manquent dans cette collection."),
  noRooms: "Aucun salon trouvé",
  toRooms: "Tous les salons",
  inside: "Regarder à l’intérieur",
  saveRoom: "Enregistrer son archive",
};
