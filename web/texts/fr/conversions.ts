import { counted } from "../counted.ts";
import { en, type Texts } from "../en/en.ts";

const n = counted("fr");

export const conversions: Texts["conversions"] = {
  program: en.conversions.program,
  ask: "Ce fichier n’est pas une archive Roomporter. Le service peut convertir les exports de Slack, Discord, Telegram, WhatsApp et d’autres programmes. Pour regarder à l’intérieur, il faut envoyer le fichier ; vous voyez le résultat avant tout import.",
  empty: "vide",
  asBundle: (fault) => `Il ne peut pas être lu comme archive : ${fault}`,
  send: "Envoyer et regarder à l’intérieur",
  looking: "Examen de l’export…",
  converting: "Conversion…",
  soFar: (events) => `${events} évènements jusqu’ici`,
  failed: "Ce fichier ne peut pas être converti",
  from: (program) => `Un export de ${program}`,
  choose: "Quelles conversations ?",
  search: "Rechercher des conversations",
  list: "Liste des conversations",
  noMatch: (query) => `Aucune conversation ne correspond à « ${query} ».`,
  more: (count) => `${count} autres ne sont pas affichées : recherchez-les.`,
  notListed: (count) => `${count} conversations aux noms très longs sont laissées de côté.`,
  convert: (count) => (count === 0 ? "Convertir" : n(count, "Convertir # conversation", "Convertir # conversations")),
  timeZone: "Dans quel fuseau horaire a-t-il été écrit ?",
  timeZoneHint: "L’export contient des heures sans fuseau horaire. Indiquez ici lequel est le bon.",
  dateOrder: "Comment les dates y sont-elles écrites ?",
  dateOrders: { dmy: "Jour, mois, année", mdy: "Mois, jour, année", ymd: "Année, mois, jour" },
  trust: "Quels imports peuvent nommer les auteurs ?",
  trustHint:
    "Un import a apporté des messages dans ce salon, et ils nomment leurs auteurs. N’importe qui peut écrire cela : indiquez l’utilisateur qui les a importés, si vous lui faites confiance. Les imports de ce service sont faits par l’utilisateur qui figure ici.",
  trustSubmit: "Convertir à nouveau",
  goOn: "Continuer",
  result: "Ce qui serait importé",
  size: "Taille de l’archive",
  differs: "Ce qui diffère ou manque",
  nothingDiffers: "Tout ce que contient l’export est repris.",
  submit: (count) =>
    count > 1
      ? n(count, "Importer dans # nouveau salon", "Importer dans # nouveaux salons")
      : "Importer dans un nouveau salon",
  importFailed: (name) => `L’import de ${name} n’a pas démarré`,
};
