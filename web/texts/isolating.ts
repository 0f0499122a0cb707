import { isolated, mayTurn } from "../../src/matrix/text/text-direction.ts";

/**
 * The same texts, whose functions isolate what they are given: a name in a script that runs from right to left does not change places
 * with the words around it, nor turn them (Unicode Standard Annex #9).
 */
export function isolating<Texts extends object>(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, inIsolation(text)])) as Texts;
}

function inIsolation(text: unknown): unknown {
  if (typeof text === "function") {
    const tell = text as (...given: unknown[]) => string;
    return (...given: unknown[]) => tell(...given.map((part) => (typeof part === "string" ? apart(part) : part)));
  }
  return typeof text === "object" && text !== null ? isolating(text) : text;
}

/** A name as it stands in a sentence. Most stay as they are: who searches a page for a name finds it. */
export function apart(name: string): string {
  if (!mayTurn(name)) return name;
  // what a name must not do: turn letters over, or end an isolate that it has not begun
  const calm = name.replaceAll(/[\u202a-\u202e]/g, "");
  return isolated(isBalanced(calm) ? calm : calm.replaceAll(/[\u2066-\u2069]/g, ""));
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const letter of text) {
    if (letter >= "\u2066" && letter <= "\u2068") open += 1;
    if (letter === "\u2069" && --open < 0) return false;
  }
  return open === 0;
}
