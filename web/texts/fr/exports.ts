import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("fr");

export const exports: Texts["exports"] = {
  format: "Enregistrer sous forme de",
  formats: {
    bundle: "Archive (ZIP), pour l’import",
    page: "Page à lire (HTML)",
    text: "Texte brut",
    markdown: "Markdown",
    csv: "Tableau (CSV)",
  },
  formatHint: "L’archive est créée aussi et peut être téléchargée à côté.",
  saveAs: (room) => `Enregistrer ${room} sous forme de`,
  withoutBot: "Sans les messages du robot Roomporter",
  predecessors: "Avec ses prédécesseurs : les salons d’avant ses mises à niveau",
  onlyPeople: (count) =>
    count === 0 ? "Certaines personnes seulement" : n(count, "# personne seulement", "# personnes seulement"),
  people: "Personnes",
  chosenPeople: "Personnes choisies",
  removePerson: (name) => `Retirer ${name}`,
  searchPeople: "Rechercher des personnes, ou saisir un identifiant",
  peopleHint:
    "Les personnes qui sont ou étaient dans les salons choisis. Un import amène des personnes qui ne sont dans aucun salon : saisissez leur identifiant.",
  noRoomYet: "Sélectionnez un salon pour voir ses membres, ou saisissez un identifiant.",
  gone: "a quitté le salon",
  onlyThread: (chosen) => (chosen ? "Un seul fil de discussion (choisi)" : "Un seul fil de discussion"),
  thread: "Lien du message par lequel le fil commence",
  threadHint: "Dans Element : « Partager » dans le menu du message. Son identifiant d’évènement convient aussi.",
  threadWrong: "Ce n’est ni le lien d’un message, ni un identifiant d’évènement, qui commence par $.",
  threadOfOne: "Un fil appartient à un seul salon : ne sélectionnez que celui-là.",
  inviteAsk: (user) => `${user} n’est pas dans ce salon et doit y entrer pour le lire et l’exporter.`,
  invite: (user) => `Inviter ${user} et exporter`,
  inviting: "Invitation en cours…",
  inviteFailed: (message) => `Le serveur d’accueil a refusé l’invitation : ${message}`,
  notJoined: (user) => `${user} a été invité, mais n’est pas venu. Réessayez dans une minute.`,
};
