import { counted } from "../counted.ts";
import { en, type Texts } from "../en/en.ts";

const n = counted("es");

export const conversions: Texts["conversions"] = {
  program: en.conversions.program,
  ask: "Este archivo no es un paquete. El servicio puede convertir exportaciones de Slack, Discord, Telegram, WhatsApp y otros programas. Para mirar dentro hay que enviar el archivo; verás el resultado antes de que se importe nada.",
  empty: "vacía",
  asBundle: (fault) => `No se puede leer como paquete: ${fault}`,
  send: "Enviar y mirar dentro",
  looking: "Mirando dentro de la exportación…",
  converting: "Convirtiendo…",
  soFar: (events) => `${events} eventos hasta ahora`,
  failed: "Este archivo no se puede convertir",
  from: (program) => `Una exportación de ${program}`,
  choose: "¿Qué conversaciones?",
  search: "Buscar conversaciones",
  list: "Conversaciones",
  noMatch: (query) => `Ninguna conversación coincide con «${query}».`,
  more: (count) => `No se muestran ${count} más: búscalas.`,
  notListed: (count) => `Se omiten ${count} conversaciones con nombres muy largos.`,
  convert: (count) => (count === 0 ? "Convertir" : n(count, "Convertir # conversación", "Convertir # conversaciones")),
  timeZone: "¿En qué zona horaria se escribió?",
  timeZoneHint: "La exportación tiene horas sin zona horaria. Indica aquí cuál es.",
  dateOrder: "¿Cómo escribe las fechas?",
  dateOrders: { dmy: "Día, mes, año", mdy: "Mes, día, año", ymd: "Año, mes, día" },
  trust: "¿De quién son las importaciones que pueden nombrar a los autores?",
  trustHint:
    "Una importación trajo algunos mensajes a esta sala, y nombran a quien los escribió. Cualquiera puede escribir algo así: indique el usuario que los importó, si confía en él. Las importaciones de este servicio las hace el usuario que figura aquí.",
  trustSubmit: "Convertir otra vez",
  goOn: "Continuar",
  result: "Lo que se importaría",
  size: "Tamaño del paquete",
  differs: "Lo que cambia o falta",
  nothingDiffers: "Se lleva todo lo que contiene la exportación.",
  submit: (count) =>
    count > 1 ? n(count, "Importar en # sala nueva", "Importar en # salas nuevas") : "Importar en una sala nueva",
  importFailed: (name) => `La importación de ${name} no ha empezado`,
};
