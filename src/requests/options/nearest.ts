import { closest, distance } from "fastest-levenshtein";

/** The one of these words that this word was probably meant to be, or undefined where none is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const found = closest(word, candidates);
  const mistakes = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 4));
  return distance(word, found) <= mistakes ? found : undefined;
}

/** The nearest, or else the only one that goes on where the word ends: `close_after_idle_days` for `close_after_idle`. */
export function nearestOrLonger(word: string, candidates: readonly string[]): string | undefined {
  const longer = word.length < 4 ? [] : candidates.filter((each) => each.startsWith(word));
  return nearest(word, candidates) ?? (longer.length === 1 ? longer[0] : undefined);
}

/** ` Did you mean NAME?`, or "" where nothing is near. `prefix` stands before both. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ""): string {
  const meant = nearestOrLonger(word, candidates);
  return meant === undefined ? "" : ` Did you mean ${prefix}${meant}?`;
}
