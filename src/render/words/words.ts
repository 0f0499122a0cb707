import type { PersonName } from "../timeline/people.ts";

/** A part of a sentence: plain words; or what somebody chose, so that a page can set it apart. */
export type WordPart =
  | string
  | { kind: "quoted"; text: string }
  | { kind: "code"; text: string }
  | { kind: "name"; person: PersonName }
  /** `sha256`: undefined where the bundle does not hold it; `text` stands for it where no pictures can */
  | { kind: "picture"; text: string; sha256: string | undefined };
/** A sentence, or what stands in it after the name of who did it. */
export type Words = readonly WordPart[];

/** A sentence with values in it. */
export function words(sentence: TemplateStringsArray, ...values: (WordPart | Words | undefined)[]): Words {
  const parts: WordPart[] = [];
  sentence.forEach((text, at) => {
    if (text !== "") parts.push(text);
    const value = values[at];
    if (value === undefined || value === "") return;
    if (Array.isArray(value)) parts.push(...(value as Words));
    else parts.push(value as WordPart);
  });
  return parts;
}

export function quoted(text: string): WordPart {
  return { kind: "quoted", text };
}

export function code(text: string): WordPart {
  return { kind: "code", text };
}

/** `: “text”`, or nothing where there is none */
export function because(reason: string | undefined): Words | undefined {
  return reason ? words`: ${quoted(reason)}` : undefined;
}

/** A sentence as plain text. */
export function plainWords(parts: Words): string {
  return parts.map((part) => (typeof part === "string" ? part : plainPart(part))).join("");
}

function plainPart(part: Exclude<WordPart, string>): string {
  if (part.kind === "code" || part.kind === "picture") return part.text;
  if (part.kind === "quoted") return `“${part.text}”`;
  const { name, userId, isShared } = part.person;
  return isShared ? `${name} (${userId})` : name;
}
