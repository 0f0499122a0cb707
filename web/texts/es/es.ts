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

const n = counted("es");

/** Spanish, as Element speaks it: "tú", salas, espacios. */
export const es: Texts = {
  language: "es",
  languageChoice: "Idioma",
  title: "Roomporter",
  tagline: "Llévate tus salas de Matrix",
  loading: "Cargando…",
  noService: "El servicio no responde. Comprueba tu conexión e inténtalo de nuevo.",
  away: "El servicio no responde. Intentándolo de nuevo …",
  more: "Mostrar más",
  tryAgain: "Intentarlo de nuevo",
  notLoaded:
    "No se ha podido cargar esta página: puede que el servicio se haya actualizado. Recarga la página y vuelve a iniciar sesión.",
  fault: (what, sentence) => `${what}: ${sentence}`,

  signIn,

  oauth,
  signOut: "Cerrar sesión",
  account: (user) => `Sesión iniciada como ${user}`,
  skip: "Saltar al contenido",
  nav: {
    label: "Menú principal",
    rooms: "Exportar",
    imports: "Importar",
    jobs: "Tareas",
    look: "Ver",
    rules: "Salas",
    admin: "Administración",
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
    visibility: "Lo que no puedes ver: por ejemplo, mensajes de antes de que entraras",
    date_range: "Mensajes fuera de los días elegidos",
    senders: "Mensajes de otras personas que las elegidas",
    thread: "Todo menos un hilo",
    media: "Imágenes y archivos",
    since_bundle: "Lo que ya contiene un paquete anterior",
  },
  encryptedFiles: "Los archivos de los mensajes cifrados: solo las claves de la sala muestran cuáles hay",
  limitUnknown: "Algo que no tiene nombre aquí",
  notCarried: (count) =>
    n(
      count,
      "# elemento que no se ha podido llevar; el paquete lo nombra",
      "# elementos que no se han podido llevar; el paquete los nombra",
    ),
};
