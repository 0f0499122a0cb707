import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("es");

export const exports: Texts["exports"] = {
  format: "Guardar como",
  formats: {
    bundle: "Paquete (ZIP), para importar",
    page: "Página para leer (HTML)",
    text: "Texto sin formato",
    markdown: "Markdown",
    csv: "Tabla (CSV)",
  },
  formatHint: "El paquete también se crea y se puede descargar al lado.",
  saveAs: (room) => `Guardar ${room} como`,
  withoutBot: "Sin los mensajes del bot de Roomporter",
  predecessors: "Con sus predecesoras: las salas anteriores a sus actualizaciones",
  onlyPeople: (count) => (count === 0 ? "Solo ciertas personas" : n(count, "Solo # persona", "Solo # personas")),
  people: "Personas",
  chosenPeople: "Personas elegidas",
  removePerson: (name) => `Quitar a ${name}`,
  searchPeople: "Buscar personas o escribir un identificador",
  peopleHint:
    "Quienes están o estuvieron en las salas elegidas. Una importación trae personas que no están en ninguna sala: escribe su identificador.",
  noRoomYet: "Selecciona una sala para ver a sus miembros o escribe un identificador.",
  gone: "ha salido",
  onlyThread: (chosen) => (chosen ? "Solo un hilo (elegido)" : "Solo un hilo"),
  thread: "Enlace del mensaje con el que empieza el hilo",
  threadHint: "En Element: «Compartir» en el menú del mensaje. También sirve su identificador de evento.",
  threadWrong: "No es el enlace de un mensaje ni un identificador de evento, que empieza por $.",
  threadOfOne: "Un hilo pertenece a una sola sala: selecciona solo esa.",
  inviteAsk: (user) => `${user} no está en esta sala y debe entrar para poder leerla y exportarla.`,
  invite: (user) => `Invitar a ${user} y exportar`,
  inviting: "Invitando…",
  inviteFailed: (message) => `El servidor base ha rechazado la invitación: ${message}`,
  notJoined: (user) => `Se ha invitado a ${user}, pero no ha entrado. Inténtalo de nuevo en un minuto.`,
};
