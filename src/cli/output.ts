import type { Writable } from "node:stream";
import type { World } from "./world.ts";

/** The options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  quiet?: boolean;
}

/** Where a command's words go: results to stdout, everything else to stderr. */
export class Output {
  readonly json: boolean;
  readonly #quiet: boolean;
  readonly #world: World;

  constructor(world: World, options: GlobalOptions) {
    this.#world = world;
    this.json = options.json === true;
    this.#quiet = options.quiet === true;
  }

  /** Is there somebody to watch a progress bar? */
  get interactive(): boolean {
    return this.#world.stderr.isTTY === true && !this.#quiet && !this.json;
  }

  /** The result: `text` lines, or with --json `value` as one JSON document. */
  result(text: string, value: unknown): void {
    this.#write(this.#world.stdout, this.json ? JSON.stringify(value) : printable(text));
  }

  /** A sentence for the person who waits; silent with --quiet or --json. */
  note(text: string): void {
    if (!this.#quiet && !this.json) this.#write(this.#world.stderr, printable(text));
  }

  #write(stream: Writable, text: string): void {
    if (text !== "") stream.write(text + "\n");
  }
}

/** Foreign text without what a terminal would obey: control characters, escapes, direction overrides. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\n\t\u200d]/gu, "\ufffd");
}

/** Rows in aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
