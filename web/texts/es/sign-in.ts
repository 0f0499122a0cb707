import type { Texts } from "../en/en.ts";

export const signIn: Texts["signIn"] = {
  heading: "Iniciar sesión",
  lead: (server) => `Con tu cuenta en ${server}. Tu contraseña solo se envía a ese servidor.`,
  user: "Nombre de usuario",
  password: "Contraseña",
  submit: "Iniciar sesión",
  busy: "Iniciando sesión…",
  or: "o",
  sso: "Continuar con inicio de sesión único",
  ssoWith: (name) => `Continuar con ${name}`,
  tokenToggle: "Usar un token de acceso",
  token: "Token de acceso",
  tokenHint: "Solo se guarda en la memoria de esta página y sigue siendo válido cuando cierras sesión aquí.",
  tokenSubmit: "Usar este token",
  linkHeading: "¿Iniciar sesión con este enlace?",
  linkLead:
    "La dirección que has abierto contiene un inicio de sesión. Continúa solo si confías en el origen del enlace.",
  linkSubmit: "Continuar",
  linkCancel: "Iniciar sesión de otra forma",
  wrongPassword: "El nombre de usuario o la contraseña no son correctos.",
  expired: "Tu sesión ha caducado. Vuelve a iniciar sesión; las tareas en curso continúan.",
  notLoggedOut: (server) =>
    `Aquí has cerrado la sesión, pero ${server} no ha confirmado que haya terminado. Elimina el dispositivo «Roomporter» en tu cliente de Matrix.`,
  noAccess: (user) => `${user} no puede usar este servicio. Pide permiso a quien lo administra.`,
  unreachable: (server) => `El servidor base ${server} no responde.`,
  adminToken:
    "Este es un token de administración del servicio; la página necesita el token de acceso de una cuenta de Matrix.",
  failed: (message) => `No se ha podido iniciar sesión: ${message}`,
};
