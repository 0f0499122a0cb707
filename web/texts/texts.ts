import { en, type Texts } from "./en/en.ts";

const LANGUAGES: Readonly<Record<string, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
};

/** The texts in the language of the page; set once, before anything is shown. */
export let t: Texts = en;

/** Takes the first of the browser's languages that the page has, else English. */
export async function loadTexts(wanted: readonly string[] = navigator.languages): Promise<void> {
  const language = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? "en";
  t = (await LANGUAGES[language]?.()) ?? en;
  document.documentElement.lang = language;
}
