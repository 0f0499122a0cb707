import { distance } from "fastest-levenshtein";
import { nearest } from "../../requests/options/nearest.ts";
import type { Command } from "../command.ts";

/** Answers a word that is no command with the command that was meant; undefined where none of these names is near. */
export function misspeltCommand(name: string, names: readonly string[]): Command | undefined {
  const meant = nearest(name, names);
  if (meant === undefined || !isTypingError(name, meant)) return undefined;
  const words = `There is no command !${name}. Did you mean \`!${meant}\`? \`!help\` lists all.`;
  const answer: Command["parse"] =
    () =>
    async ({ tell }) => {
      await tell(words);
    };
  return { name, usage: `!${name}`, help: words, parse: answer };
}

/** In short words two wrong letters make another word (`!roll`, `!room`): only two that have changed places are near. */
function isTypingError(word: string, meant: string): boolean {
  const letters = (text: string): string => Array.from(text).sort().join("");
  return word.length > 4 || distance(word, meant) === 1 || letters(word) === letters(meant);
}
