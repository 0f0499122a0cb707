import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("es");

export const look: Texts["look"] = {
  heading: "Abrir un paquete",
  lead: "Lee una sala exportada, o una colección de salas, en este navegador. No se envía nada; también funciona sin conexión.",
  drop: "Suelta un paquete aquí",
  choose: "Elegir un archivo",
  link: "Abrir un paquete sin iniciar sesión",
  back: "Volver al inicio de sesión",
  reading: (name) => `Leyendo ${name}…`,
  readingRest: (percent) => `Leyendo el resto: ${String(percent)} %. La búsqueda lo incluirá cuando esté leído.`,
  other: "Abrir otro archivo",
  tooOld:
    "Este navegador es demasiado antiguo para abrir paquetes: hace falta al menos Chrome 114, Firefox 135 o Safari 18.4.",
  unnamed: "Sala sin nombre",
  empty: "No hay mensajes en este paquete.",
  conversation: "Conversación",
  keys: "J y K llevan al mensaje siguiente y al anterior; Inicio y Fin, al primero y al último.",
  search: "Buscar en la conversación",
  searchShort: "Buscar",
  searching: "Buscando…",
  found: (count, shown) =>
    count === 0 ? "Ningún mensaje encontrado" : n(count, "# mensaje encontrado", "# mensajes encontrados", shown),
  moreFound: (shown) => `Se muestran los ${shown} primeros.`,
  results: "Resultados de la búsqueda",
  closeResults: "Cerrar",
  date: "Ir a la fecha",
  go: "Ir",
  zone: (zone) =>
    `Horas en tu zona horaria (${zone}); señala una hora para verla en UTC. Los meses del gráfico son en UTC.`,
  noDay: "Sin fecha válida",
  spoiler: (reason) => (reason === "" ? "Contenido oculto" : `Contenido oculto: ${reason}`),
  rooms: (count, shown) => n(count, "# sala", "# salas", shown),
  collection: (server, when) => `Salas de ${server}, exportadas el ${when}`,
  findRoom: "Buscar salas",
  events: (count, shown) => n(count, "# evento", "# eventos", shown),
  files: (count, shown) => n(count, "# archivo", "# archivos", shown),
  partOnly: "no toda la sala",
  missing: (count) => n(count, "Falta # sala en esta colección.", "Faltan # salas en esta colección."),
  noRooms: "Ninguna sala encontrada",
  toRooms: "Todas las salas",
  inside: "Mirar dentro",
  saveRoom: "Guardar su paquete",
};
