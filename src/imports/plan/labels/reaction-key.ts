import { parseMxc } from "../../../matrix/ids.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import { pictureShortcode } from "../../../matrix/relation.ts";
import { plainName } from "./author-names.ts";
import type { Byline } from "./label.ts";

/** Longest reaction key that homeservers take, in characters (Synapse: `EventContentFields`, 500). */
const LIMIT = 500;
/** What stands for a picture without a name. */
const PICTURE = ":picture:";

/** A reaction's key, and what is put before a name where somebody else has it already. */
export interface KeyForms {
  key: string;
  words: string;
}

/**
 * The key of a reaction in the new room. One that is the address of a picture (MSC4027) leads to the file's new address; for further
 * people, or where the file is not there, its shortcode stands for it.
 */
export function keyForms(key: string, content: JsonObject, files: ReadonlyMap<string, string>): KeyForms {
  if (!parseMxc(key)) return { key, words: key };
  const words = pictureShortcode(content) ?? PICTURE;
  return { key: files.get(key) ?? words, words };
}

/**
 * The key for a reaction that comes from a sender who may not repeat one: the key itself, then with the person's name, then with
 * the user id too, then numbered. Gives the first that is free.
 */
export async function freeKey(
  { key, words }: KeyForms,
  { author, shown }: Pick<Byline, "author" | "shown">,
  isTaken: (key: string) => Promise<boolean>,
): Promise<string> {
  const named = `${words} ${plainName(shown)}`;
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
