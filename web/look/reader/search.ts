import type { SearchRow } from "../../../src/render/pages/page-markup.ts";
import type { Hit } from "./shapes.ts";

const [BEFORE, LENGTH] = [60, 240];

function withoutAccents(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
}

/** What is sought: messages with all of these words, in any order, as the rendered pages seek. */
export class Search {
  readonly #words: readonly string[];

  constructor(query: string) {
    this.#words = withoutAccents(query).split(/\s+/).filter(Boolean);
  }

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  finds([, , name, text]: SearchRow): boolean {
    const found = withoutAccents(`${name} ${text}`);
    return this.#words.every((word) => found.includes(word));
  }

  /** A row that it finds, with the text around the first word. */
  hit([item, ts, name, text]: SearchRow): Hit {
    const lower = text.toLowerCase();
    const places = this.#words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
    // the name alone may have been found
    const start = places.length === 0 ? 0 : Math.max(0, Math.min(...places) - BEFORE);
    const escaped = this.#words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const part = text.slice(start, start + LENGTH).toWellFormed();
    const pieces = part
      .split(new RegExp(`(${escaped.join("|")})`, "i"))
      .filter((piece) => piece !== "")
      .map((piece) => ({ text: piece, isFound: this.#words.includes(piece.toLowerCase()) }));
    if (start > 0) pieces.unshift({ text: "…", isFound: false });
    if (start + LENGTH < text.length) pieces.push({ text: "…", isFound: false });
    return { item, ts, name, pieces };
  }
}
