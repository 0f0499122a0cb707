import type { Texts } from "../en/en.ts";

export const signIn: Texts["signIn"] = {
  heading: "Se connecter",
  lead: (server) => `Avec votre compte sur ${server}. Votre mot de passe n’est envoyé qu’à ce serveur.`,
  user: "Nom d’utilisateur",
  password: "Mot de passe",
  submit: "Se connecter",
  busy: "Connexion en cours…",
  or: "ou",
  sso: "Continuer avec l’authentification unique",
  ssoWith: (name) => `Continuer avec ${name}`,
  tokenToggle: "Utiliser un jeton d’accès",
  token: "Jeton d’accès",
  tokenHint:
    "Il reste uniquement dans la mémoire de cette page et n’est pas révoqué lorsque vous vous déconnectez ici.",
  tokenSubmit: "Utiliser ce jeton",
  linkHeading: "Se connecter avec ce lien ?",
  linkLead:
    "L’adresse ouverte contient une connexion. Continuez seulement si vous faites confiance à la source du lien.",
  linkSubmit: "Continuer",
  linkCancel: "Se connecter autrement",
  wrongPassword: "Le nom d’utilisateur ou le mot de passe est incorrect.",
  expired: "Votre session a expiré. Reconnectez-vous ; les tâches en cours continuent.",
  notLoggedOut: (server) =>
    `Vous êtes déconnecté ici, mais ${server} n’a pas confirmé la fin de la session. Supprimez l’appareil « Roomporter » dans votre client Matrix.`,
  noAccess: (user) => `${user} n’a pas le droit d’utiliser ce service. Demandez l’autorisation à son administrateur.`,
  unreachable: (server) => `Le serveur d’accueil ${server} ne répond pas.`,
  adminToken: "C’est un jeton d’administration du service ; cette page a besoin du jeton d’accès d’un compte Matrix.",
  failed: (message) => `Échec de la connexion : ${message}`,
};
