import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("fr");
const messages = (count: number, shown: string): string => n(count, "# message chiffré", "# messages chiffrés", shown);

export const keys: Texts["keys"] = {
  sealed: (count, shown) =>
    `Cette archive contient ${messages(count, shown)}. Vos propres clés les ouvrent, dans ce navigateur.`,
  begin: "Lire avec vos clés",
  promise: "Ni les clés ni ce qu’elles ouvrent ne sont envoyés à qui que ce soit.",
  from: "Où se trouvent vos clés",
  fromFile: "Dans un fichier que votre client a exporté",
  fromBackup: "Dans votre sauvegarde de clés sur le serveur d’accueil",
  backupHint: "La sauvegarde arrive chiffrée et est ouverte ici.",
  signedOut:
    "Après la connexion, elles peuvent aussi venir de votre sauvegarde de clés. Sans elle : roomporter bundle decrypt --recovery-key.",
  chooseFile: "Choisir un fichier de clés",
  fileHint: "Dans Element : Paramètres, Chiffrement, Exporter les clés.",
  passphrase: "Phrase secrète du fichier de clés",
  secret: "Clé de récupération ou phrase de sécurité",
  withFiles: "Récupérer aussi les fichiers de ces messages sur le serveur d’accueil",
  submit: "Ouvrir les messages",
  cancel: "Annuler",
  opening: "Ouverture des clés…",
  decrypting: "Déchiffrement…",
  writing: "Écriture de l’archive déchiffrée…",
  opened: (count, total, shown, shownTotal) =>
    `${n(count, "# message chiffré ouvert", "# messages chiffrés ouverts", shown)} sur ${n(total, "#", "#", shownTotal)}.`,
  files: (count, shown) => n(count, "# fichier a été déchiffré.", "# fichiers ont été déchiffrés.", shown),
  filesMissing: (count, shown) =>
    n(count, "# fichier n’en fait pas partie.", "# fichiers n’en font pas partie.", shown),
  closed: {
    no_key: (count, shown) => `${messages(count, shown)} : aucune clé n’a été donnée pour cela`,
    later_index: (count, shown) =>
      `${messages(count, shown)} : la clé n’ouvre que des messages ultérieurs de leur session`,
    malformed: (count, shown) => `${messages(count, shown)} : endommagés ou chiffrés avec une autre clé`,
    unknown_algorithm: (count, shown) => `${messages(count, shown)} : chiffrés d’une manière inconnue`,
    replayed: (count, shown) => `${messages(count, shown)} : envoyés deux fois, seule la première compte`,
    other_sender: (count, shown) => `${messages(count, shown)} : d’une session qui appartient à un autre expéditeur`,
    not_allowed: (count, shown) => `${messages(count, shown)} : prétendent ce qui n’est jamais chiffré`,
    too_large: (count, shown) => `${messages(count, shown)} : trop volumineux avec leur texte en clair`,
  },
  faults: {
    key_file_unknown: "Ce n’est pas un fichier de clés de salon exportées.",
    key_file_passphrase:
      "La phrase secrète n’ouvre pas le fichier de clés : c’en est une autre, ou le fichier est endommagé.",
    backup_none: "Ce compte n’a pas de sauvegarde de clés sur son serveur d’accueil : choisissez un fichier de clés.",
    backup_secret_wrong:
      "La clé de récupération ou la phrase de sécurité n’est pas celle de la sauvegarde de clés de ce compte.",
    account_unreachable:
      "Le serveur d’accueil n’a pas donné la sauvegarde de clés. Réessayez ou choisissez un fichier de clés.",
    no_session: "Aucune de ces clés n’ouvre un message de cette archive. Rien n’a été modifié.",
  },
  save: "Enregistrer l’archive déchiffrée",
  saveHint: "Elle contient tout en clair : gardez-la comme vous gardez vos clés.",
  toImport: "L’importer",
  plaintext: "Importer le texte en clair",
  plaintextHint:
    "Le nouveau salon n’est pas chiffré. Sinon, les messages y restent chiffrés. Le service reçoit le fichier entier dans tous les cas.",
};
