/** Splitting a command's text (pure). */

/** What a command was called with. */
export interface CommandWords {
  /** without the `!`, in lower case */
  name: string;
  args: string[];
  /** the arguments from a quotation mark on that nothing closes */
  unclosed?: string;
}

/** The quotation marks of keyboards, and those that phones make of them, in the orders that people write. */
const QUOTED = /"[^"]*"|“[^”“]*[”“]|„[^“”]*[“”]|«[^»]*»|(\S+)/g;
const OPENING = /^["“„«]/;

/** `!name arg "two words"` → its words, or undefined where the text is no command. */
export function commandWords(text: string): CommandWords | undefined {
  const match = /^!([a-z]+)(?:\s+([^]*))?$/i.exec(text.trimEnd());
  if (!match) return undefined;
  const name = (match[1] ?? "").toLowerCase();
  const rest = match[2] ?? "";
  const args: string[] = [];
  for (const found of rest.matchAll(QUOTED)) {
    const [whole, bare] = found;
    if (bare !== undefined && OPENING.test(whole)) return { name, args, unclosed: rest.slice(found.index) };
    args.push(bare ?? whole.slice(1, -1));
  }
  return { name, args };
}

/** The command was called in a way that it does not know. The message is one sentence for the person. */
export class Misuse extends Error {}
