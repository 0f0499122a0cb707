import type { Texts } from "../en/en.ts";

export const oauth: Texts["oauth"] = {
  lead: (server) => `Con tu cuenta en ${server}. Inicias sesión en una página de ese servidor y vuelves aquí.`,
  submit: (server) => `Continuar con ${server}`,
  denied: "No has iniciado sesión: se ha cancelado.",
};
