import type { Texts } from "../en/en.ts";

export const drop: Texts["drop"] = {
  several: "Suelta un solo archivo cada vez. De varios no se ha tomado ninguno.",
  folder: (name) => `${name} es una carpeta. Comprímela en un ZIP y suelta ese archivo.`,
  empty: (name) => `${name} está vacío: tiene 0 bytes.`,
};
