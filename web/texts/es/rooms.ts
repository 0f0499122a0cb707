import { counted } from "../counted.ts";
import type { Texts } from "../en/en.ts";

const n = counted("es");

export const rooms: Texts["rooms"] = {
  heading: "Exportar salas",
  lead: "Elige las salas que quieres llevarte. Cada una se convierte en un archivo ZIP que cualquiera puede comprobar y leer.",
  search: "Buscar salas",
  list: "Tus salas",
  none: "Todavía no estás en ninguna sala.",
  noMatch: (query) => `Ninguna sala coincide con «${query}».`,
  members: (count) => n(count, "# miembro", "# miembros"),
  active: (when) => `activa ${when}`,
  encrypted: "cifrada",
  space: "espacio",
  exportSpace: "Exportar espacio",
  exportSpaceOf: (name) => `Exportar el espacio ${name} con sus salas`,
  inSpace: (selected, count) =>
    selected === 0
      ? n(count, "contiene # sala", "contiene # salas")
      : `${n(selected, "# seleccionada", "# seleccionadas")} de ${n(count, "#", "#")}`,
  unnamed: "Sala sin nombre",
  with: (names) => `Con ${names}`,
  selected: (count) =>
    count === 0 ? "Ninguna sala seleccionada" : n(count, "# sala seleccionada", "# salas seleccionadas"),
  clear: "Borrar la selección",
  options: "Opciones",
  since: "Desde",
  until: "Hasta (incluido)",
  zone: (zone) => `Días en tu zona horaria, ${zone}`,
  media: "Con imágenes y archivos",
  viewer: "Con una página para leerla en el navegador",
  submit: (count) => (count > 1 ? n(count, "Exportar # sala", "Exportar # salas") : "Exportar"),
  starting: "Empezando…",
  started: "Exportaciones empezadas",
  refused: (room) => `${room} no se puede exportar`,
  datesWrong: "El primer día es posterior al último.",
};
