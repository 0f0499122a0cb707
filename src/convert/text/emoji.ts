import data from "./emoji-names.json" with { type: "json" };

/** Short names as Slack and Mattermost use them. */
const NAMES = new Map(Object.entries(data.names));
/** Emoji of two people: where their skin tones stand, as `A` and `B`. */
const PAIRS = new Map(Object.entries(data.pairs));

/** A code in a text: not inside a word, a time or an address. */
const CODE = /(?<![\w:/]):([a-z0-9_+'’&.-]{1,80}):(?:(?::)?(skin-tone-[2-6](?:-[2-6])?):)?(?![\w])/g;
/** Where codes are no codes. */
const VERBATIM = /(```[\s\S]*?```|`[^`\n]*`)/;
const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
/** What Mattermost appends to a name, for each tone. */
const TONE_NAMES = ["light", "medium_light", "medium", "medium_dark", "dark"].map((tone) => `_${tone}_skin_tone`);
/** Variation selector 16: show the character before as a picture. */
const PICTURE = "\uFE0F";

/**
 * What `thumbsup` looks like, or `+1::skin-tone-3` (Slack), or `+1_medium_light_skin_tone` (Mattermost); for a name that Unicode
 * has nothing for, such as those of a team's own pictures, the name between colons.
 */
export function emojiOf(name: string): string {
  return known(name) ?? `:${name}:`;
}

/** A text with the codes that Unicode has emoji for replaced, but those in code. */
export function withEmoji(text: string): string {
  if (!text.includes(":")) return text;
  const replaced = (part: string): string =>
    part.replaceAll(CODE, (all, name: string, tone: string | undefined) =>
      tone === undefined ? (known(name) ?? all) : (known(`${name}::${tone}`) ?? all),
    );
  return text
    .split(VERBATIM)
    .map((part, index) => (index % 2 === 0 ? replaced(part) : part))
    .join("");
}

function known(name: string): string | undefined {
  const plain = NAMES.get(name);
  if (plain !== undefined) return plain;
  const { base, tones } = taken(name);
  const [first, second] = tones.map((tone) => TONES[tone]);
  const emoji = NAMES.get(base);
  if (emoji === undefined || first === undefined) return undefined;
  const pair = second === undefined || first === second ? undefined : PAIRS.get(base);
  if (pair !== undefined && second !== undefined) return pair.replace("A", first).replace("B", second);
  const [person = "", ...more] = emoji;
  return [person, first, ...(more[0] === PICTURE ? more.slice(1) : more)].join("");
}

/** A name taken apart into that of the emoji and the skin tones, as indices. */
function taken(name: string): { base: string; tones: number[] } {
  const [plain = "", slack] = name.split("::skin-tone-");
  if (slack !== undefined) return { base: plain, tones: slack.split("-").map((tone) => Number(tone) - 2) };
  let base = name;
  const tones: number[] = [];
  for (;;) {
    // the longest fits: `_light_skin_tone` ends `_medium_light_skin_tone`, too
    const fitting = TONE_NAMES.map((ending, tone) => ({ ending, tone })).filter(({ ending }) => base.endsWith(ending));
    const [found] = fitting.sort((a, b) => b.ending.length - a.ending.length);
    if (!found) return { base, tones };
    tones.unshift(found.tone);
    base = base.slice(0, -found.ending.length);
  }
}
