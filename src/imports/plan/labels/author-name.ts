import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { nameOf } from "../../../bundle/profiles.ts";

/** The longest name that is shown, in characters: homeservers take names of any length. */
const LONGEST_NAME = 64;
/** Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9): what is left open reaches beyond the name. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Line breaks and other controls: a label is one line. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** A name without such a character is none: it would show as nothing. */
const VISIBLE = /[^\p{Cf}\p{Z}\p{M}]/u;

type Author = Pick<ImportedSender, "user_id" | "display_name">;

/**
 * The author's name as an import shows it: on one line, cut to 64 characters, without bidirectional controls. The name as it was
 * stands in `_imported_sender`.
 */
export function shownName(author: Author): string {
  const name = asShown(nameOf(author));
  return VISIBLE.test(name) ? name : asShown(author.user_id);
}

/** A name in the form in which it is shown: two that become the same cannot be told apart. */
export function asShown(name: string): string {
  const plain = name.toWellFormed().replaceAll(BIDI_CONTROLS, "").replaceAll(CONTROLS, " ").trim();
  // of a name of megabytes no more is looked at than can be shown
  const chars = Array.from(plain.slice(0, 2 * LONGEST_NAME + 2));
  return chars.length <= LONGEST_NAME ? plain : chars.slice(0, LONGEST_NAME - 1).join("") + "…";
}
