/** Left-to-right and right-to-left mark. */
const LTR = "\u200e";
const RTL = "\u200f";

const ISOLATED = /[\u2066-\u2068][^\u2069]*\u2069?/g;
const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/;
const STRONG = /[\p{L}\u200e\u200f\u061c]/u;
/** Unicode keeps these ranges for scripts that run from right to left (DerivedBidiClass.txt, "Bidi_Class=R" and "AL"). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * The mark that gives a line the direction of this text, for what is put in front of it: that of the first strong character outside
 * isolates, and left to right where there is none (Unicode Standard Annex #9, P2 and P3).
 */
export function directionMark(text: string): string {
  const [strong = ""] = STRONG.exec(text.replaceAll(ISOLATED, " ")) ?? [];
  return RIGHT_TO_LEFT.test(strong) ? RTL : LTR;
}

/** May this text turn what stands beside it: has it letters that run from right to left, or controls of direction? */
export function mayTurn(text: string): boolean {
  return RIGHT_TO_LEFT.test(text) || CONTROLS.test(text);
}

/** The text in an isolate, so that what stands around it does not change places with it. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
