import { en, type Texts } from "./en/en.ts";
import { isolating } from "./isolating.ts";

/** The languages of the page by their own names. English is there from the first; another one is loaded when it is wanted. */
const LANGUAGES = {
  en: { name: "English", load: () => Promise.resolve(en) },
  de: { name: "Deutsch", load: async () => (await import("./de/de.ts")).de },
  es: { name: "Español", load: async () => (await import("./es/es.ts")).es },
  fr: { name: "Français", load: async () => (await import("./fr/fr.ts")).fr },
};
export type Language = keyof typeof LANGUAGES;

/** To choose from: codes, and how the languages call themselves. */
export const LANGUAGE_NAMES = Object.entries(LANGUAGES).map(([code, { name }]) => [code as Language, name] as const);

/** Where a choice is kept while the tab is open. */
const KEPT = "language";

/** The texts in the language of the page. */
export let t: Texts = isolating(en);
/** What numbers and dates are written by: the browser's own tag of that language, `de-AT` for example. */
export let locale = "en";

const listeners = new Set<() => void>();

/** Told after each change of the language. Gives what ends that. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Before anything is shown: the language chosen in this tab, else the first of the browser's that the page has, else English. */
export async function loadTexts(): Promise<void> {
  const codes = [kept() ?? "", ...navigator.languages].map(languageOf);
  try {
    await use((codes.find((code) => code in LANGUAGES) as Language | undefined) ?? "en");
  } catch {
    // better in English than not at all
    await use("en");
  }
}

/** Changes the language of the page, for as long as the tab is open. @throws where its texts cannot be loaded */
export async function chooseLanguage(language: Language): Promise<void> {
  await use(language);
  try {
    sessionStorage.setItem(KEPT, language);
  } catch {
    // a browser that keeps nothing asks again
  }
}

let wanted = 0;

async function use(language: Language): Promise<void> {
  const mine = ++wanted;
  const texts = await LANGUAGES[language].load();
  // somebody has chosen another one meanwhile
  if (mine !== wanted) return;
  t = isolating(texts);
  locale = navigator.languages.find((tag) => languageOf(tag) === language) ?? language;
  for (const listener of listeners) listener();
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function languageOf(tag: string): string {
  return tag.split("-", 1)[0]?.toLowerCase() ?? "";
}
