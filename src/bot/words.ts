/** Splitting a command's text (pure). */

/** What a command was called with. */
export interface CommandWords {
  /** without the `!`, in lower case */
  name: string;
  args: string[];
}

/**
 * `!name arg "two words"` → its words, or undefined where the text is no command. A reply may begin with the quote that older
 * clients put there (`> …` lines and an empty one).
 */
export function commandWords(body: string, isReply: boolean): CommandWords | undefined {
  const text = isReply ? body.replace(/^(?:>[^\n]*\n)+\n?/, "") : body;
  const match = /^!([a-z]+)(?:\s+([^]*))?$/i.exec(text.trimEnd());
  if (!match) return undefined;
  const args = [...(match[2] ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  return { name: (match[1] ?? "").toLowerCase(), args };
}

/** The command was called in a way that it does not know. The message is one sentence for the person. */
export class Misuse extends Error {}

/**
 * Sorts arguments into options and the rest. Clients write `—since` for `--since`: that is understood.
 * @param flags options without a value; `values`: options that take the next argument
 * @throws Misuse
 */
export function optionsOf(
  args: readonly string[],
  flags: readonly string[],
  values: readonly string[],
): { flags: Set<string>; values: Map<string, string>; rest: string[] } {
  const found = { flags: new Set<string>(), values: new Map<string, string>(), rest: [] as string[] };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (!/^(?:--|—|–)/.test(arg)) {
      found.rest.push(arg);
      continue;
    }
    const [name, inline] = splitOnce(arg.replace(/^(?:--|—|–)/, ""));
    if (flags.includes(name) && inline === undefined) {
      found.flags.add(name);
    } else if (values.includes(name)) {
      const value = inline ?? args[++at];
      if (value === undefined) throw new Misuse(`--${name} needs a value.`);
      found.values.set(name, value);
    } else {
      throw new Misuse("I do not know one of these options.");
    }
  }
  return found;
}

function splitOnce(text: string): [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}
