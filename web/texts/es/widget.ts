import type { Texts } from "../en/en.ts";

export const widget: Texts["widget"] = {
  heading: "Exportar esta sala",
  lead: "La exportación sigue cuando cierras esto. La encontrarás aquí de nuevo.",
  thisRoom: "esta sala",
  asking: "Se pregunta a tu cliente quién eres: quizá te pida que lo confirmes.",
  alone: "Esta página va dentro de una sala: ábrela como widget en tu cliente de Matrix.",
  strangeClient: (origin) =>
    `${origin} no puede mostrar este widget: el operador de este servicio puede permitirlo con web.widget_clients.`,
  notTold: "Tu cliente no ha dicho quién eres. Permítelo e inténtalo de nuevo.",
  submit: "Exportar esta sala",
  jobs: "Tus exportaciones de esta sala",
  none: "Todavía ninguna.",
};
