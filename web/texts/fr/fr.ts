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

const n = counted("fr");

/** French, as Element speaks it: "vous", salons, espaces. Before : ; ! ? and within « » stands a narrow no-break space, U+202F. */
export const fr: Texts = {
  language: "fr",
  languageChoice: "Langue",
  title: "Roomporter",
  tagline: "Emportez vos salons Matrix avec vous",
  loading: "Chargement…",
  noService: "Le service ne répond pas. Vérifiez votre connexion, puis réessayez.",
  away: "Le service ne répond pas. Nouvelle tentative …",
  more: "Afficher plus",
  tryAgain: "Réessayer",
  notLoaded:
    "Cette page n’a pas pu être chargée : le service a peut-être été mis à jour. Rechargez la page et reconnectez-vous.",
  fault: (what, sentence) => `${what} : ${sentence}`,

  signIn,

  oauth,
  signOut: "Se déconnecter",
  account: (user) => `Connecté en tant que ${user}`,
  skip: "Aller au contenu",
  nav: {
    label: "Menu principal",
    rooms: "Exporter",
    imports: "Importer",
    jobs: "Tâches",
    look: "Consulter",
    rules: "Salons",
    admin: "Administration",
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
    visibility: "Ce que vous ne pouvez pas voir : les messages d’avant votre arrivée, par exemple",
    date_range: "Les messages en dehors des jours choisis",
    senders: "Les messages d’autres personnes que celles choisies",
    thread: "Tout sauf un fil de discussion",
    media: "Les images et les fichiers",
    since_bundle: "Ce qu’une archive précédente contient déjà",
  },
  encryptedFiles: "Les fichiers des messages chiffrés : seules les clés du salon montrent lesquels existent",
  limitUnknown: "Quelque chose qui n’a pas de nom ici",
  notCarried: (count) =>
    n(
      count,
      "# élément n’a pas pu être emporté ; l’archive le nomme",
      "# éléments n’ont pas pu être emportés ; l’archive les nomme",
    ),
};
