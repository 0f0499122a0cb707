import type { JsonObject } from "../../matrix/json.ts";
import { pictureShortcode, relationOf } from "../../matrix/relation.ts";
import type { Author } from "./author.ts";
import type { FollowUp } from "./follow-ups.ts";

/** All reactions to a message with the same key. */
export interface Reaction {
  /** an emoji or a text; of a picture its shortcode */
  label: string;
  /** SHA-256 of the picture that it is, where the bundle holds it */
  picture: string | undefined;
  people: Author[];
}

/** The reactions to a message by their key, the first one first; nobody stands at a key twice. */
export function reactionsOf(followUps: readonly FollowUp[]): Reaction[] {
  const byKey = new Map<string, { label: string; picture: string | undefined; people: Map<string, Author> }>();
  for (const each of followUps) {
    if (each.kind !== "reaction") continue;
    const picture = Object.hasOwn(each.files, each.key) ? each.files[each.key] : undefined;
    const entry = byKey.get(each.key) ?? { label: each.label, picture, people: new Map<string, Author>() };
    entry.people.set(each.by.user_id, each.by);
    byKey.set(each.key, entry);
  }
  return [...byKey.values()].map(({ people, ...rest }) => ({ ...rest, people: [...people.values()] }));
}

/** What a reaction says: its key, or the shortcode of its picture (MSC4027), as in `:tea:`. */
export function reactionLabel(content: JsonObject): string {
  const key = relationOf(content).key ?? "";
  if (!key.startsWith("mxc://")) return key;
  return pictureShortcode(content) ?? "a picture";
}
