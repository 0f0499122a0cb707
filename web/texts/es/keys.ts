import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("es");
const messages = (count: number, shown: string): string => n(count, "# mensaje cifrado", "# mensajes cifrados", shown);

export const keys: Texts["keys"] = {
  sealed: (count, shown) =>
    `Este paquete contiene ${messages(count, shown)}. Tus propias claves los abren, en este navegador.`,
  begin: "Leer con tus claves",
  promise: "Ni las claves ni lo que abren se envían a nadie.",
  from: "Dónde están tus claves",
  fromFile: "En un archivo que tu cliente ha exportado",
  fromBackup: "En tu copia de seguridad de claves en el servidor base",
  backupHint: "La copia llega cifrada y se abre aquí.",
  signedOut:
    "Tras iniciar sesión, también pueden venir de tu copia de seguridad de claves. Sin ella: roomporter bundle decrypt --recovery-key.",
  chooseFile: "Elegir un archivo de claves",
  fileHint: "En Element: Ajustes, Cifrado, Exportar claves.",
  passphrase: "Contraseña del archivo de claves",
  secret: "Clave de recuperación o frase de seguridad",
  withFiles: "Traer también los archivos de estos mensajes del servidor base",
  submit: "Abrir los mensajes",
  cancel: "Cancelar",
  opening: "Abriendo las claves…",
  decrypting: "Descifrando…",
  writing: "Escribiendo el paquete descifrado…",
  opened: (count, total, shown, shownTotal) =>
    `${n(count, "# mensaje cifrado abierto", "# mensajes cifrados abiertos", shown)} de ${n(total, "#", "#", shownTotal)}.`,
  files: (count, shown) => n(count, "Se ha descifrado # archivo.", "Se han descifrado # archivos.", shown),
  filesMissing: (count, shown) => n(count, "# archivo no está incluido.", "# archivos no están incluidos.", shown),
  closed: {
    no_key: (count, shown) => `${messages(count, shown)}: no se ha dado ninguna clave para ello`,
    later_index: (count, shown) => `${messages(count, shown)}: la clave solo abre mensajes posteriores de su sesión`,
    malformed: (count, shown) => `${messages(count, shown)}: dañados o cifrados con otra clave`,
    unknown_algorithm: (count, shown) => `${messages(count, shown)}: cifrados de una forma desconocida`,
    replayed: (count, shown) => `${messages(count, shown)}: enviados dos veces, de las que cuenta la primera`,
    other_sender: (count, shown) => `${messages(count, shown)}: de una sesión que pertenece a otro remitente`,
    not_allowed: (count, shown) => `${messages(count, shown)}: dicen ser lo que nunca se cifra`,
    too_large: (count, shown) => `${messages(count, shown)}: demasiado grandes con su texto en claro`,
  },
  faults: {
    key_file_unknown: "Este no es un archivo de claves de sala exportadas.",
    key_file_passphrase: "La contraseña no abre el archivo de claves: es otra, o el archivo está dañado.",
    backup_none: "Esta cuenta no tiene copia de seguridad de claves en su servidor base: elige un archivo de claves.",
    backup_secret_wrong:
      "La clave de recuperación o la frase de seguridad no es la de la copia de seguridad de claves de esta cuenta.",
    account_unreachable:
      "El servidor base no ha dado la copia de seguridad de claves. Inténtalo de nuevo o elige un archivo de claves.",
    no_session: "Ninguna de estas claves abre un mensaje de este paquete. No se ha cambiado nada.",
  },
  save: "Guardar el paquete descifrado",
  saveHint: "Lo contiene todo en claro: guárdalo como guardas tus claves.",
  toImport: "Importarlo",
  plaintext: "Importar el texto en claro",
  plaintextHint:
    "La sala nueva no está cifrada. Si no, los mensajes quedan cifrados en ella. El servicio recibe el archivo entero en cualquier caso.",
};
