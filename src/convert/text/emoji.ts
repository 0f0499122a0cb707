import { nameToEmoji } from "gemoji";

/** A code in a text: not inside a word, a time or an address. */
const CODE = /(?<![\w:/]):([a-z0-9_+-]{1,64}):(?:(?::)?skin-tone-[2-6]:)?(?![\w])/g;
/** Where codes are no codes. */
const VERBATIM = /(```[\s\S]*?```|`[^`\n]*`)/;
const SKIN_TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/**
 * What `thumbsup` looks like, or `+1::skin-tone-3`; for a name that Unicode has nothing for, such as those of a team's own
 * pictures, the name between colons.
 */
export function emojiOf(name: string): string {
  const [plain = "", tone] = name.split("::skin-tone-");
  if (!Object.hasOwn(nameToEmoji, plain)) return `:${name}:`;
  return (nameToEmoji[plain] ?? "") + (tone === undefined ? "" : (SKIN_TONES[Number(tone) - 2] ?? ""));
}

/** A text with the codes that Unicode has emoji for replaced, but those in code. */
export function withEmoji(text: string): string {
  if (!text.includes(":")) return text;
  const replaced = (part: string): string =>
    part.replaceAll(CODE, (all, name: string) => (Object.hasOwn(nameToEmoji, name) ? (nameToEmoji[name] ?? all) : all));
  return text
    .split(VERBATIM)
    .map((part, index) => (index % 2 === 0 ? replaced(part) : part))
    .join("");
}
