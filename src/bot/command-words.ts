/** Splitting a command's text (pure). */

/** What a command was called with. */
export interface CommandWords {
  /** without the `!`, in lower case */
  name: string;
  args: string[];
}

/** `!name arg "two words"` → its words, or undefined where the text is no command. */
export function commandWords(text: string): CommandWords | undefined {
  const match = /^!([a-z]+)(?:\s+([^]*))?$/i.exec(text.trimEnd());
  if (!match) return undefined;
  const args = [...(match[2] ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  return { name: (match[1] ?? "").toLowerCase(), args };
}

/** The command was called in a way that it does not know. The message is one sentence for the person. */
export class Misuse extends Error {}
