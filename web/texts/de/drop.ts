import type { Texts } from "../en/en.ts";

export const drop: Texts["drop"] = {
  several: "Lege immer nur eine Datei ab. Von mehreren wurde keine genommen.",
  folder: (name) => `${name} ist ein Ordner. Packe ihn in eine ZIP-Datei und lege diese ab.`,
  empty: (name) => `${name} ist leer: 0 Bytes.`,
};
