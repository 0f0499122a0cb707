import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { shownName } from "./author-name.ts";

/** Longest reaction key that homeservers take, in characters (Synapse: `EventContentFields`, 500). */
const LIMIT = 500;

/**
 * The key for a reaction that comes from a sender who may not repeat one: the key itself, then with the person's name, then with
 * the user id too, then numbered. Gives the first that is free.
 */
export async function freeKey(
  key: string,
  author: ImportedSender,
  isTaken: (key: string) => Promise<boolean>,
): Promise<string> {
  const named = `${key} ${shownName(author)}`;
  for (const candidate of [key, cut(named, ""), cut(`${named} ${author.user_id}`, "")])
    if (!(await isTaken(candidate))) return candidate;
  for (let number = 2; ; number += 1) {
    const candidate = cut(`${named} ${author.user_id}`, ` ${number}`);
    if (!(await isTaken(candidate))) return candidate;
  }
}

function cut(text: string, suffix: string): string {
  const chars = Array.from(text);
  const room = LIMIT - suffix.length;
  return (chars.length <= room ? text : chars.slice(0, room - 1).join("") + "…") + suffix;
}
