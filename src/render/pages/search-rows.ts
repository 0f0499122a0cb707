import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { inScript } from "./document.ts";
import type { SearchRow } from "./page-markup.ts";

/** The rows that the search looks through, gathered on disk until they are written into a document. */
export class SearchRows {
  readonly #path: string;
  readonly #file: FileHandle;
  #isEmpty = true;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** `path`: a new file. */
  static async open(path: string): Promise<SearchRows> {
    return new SearchRows(path, await open(path, "wx", 0o600));
  }

  async add(rows: readonly SearchRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = rows.map((row) => inScript(JSON.stringify(row))).join(",\n");
    await this.#file.appendFile(this.#isEmpty ? lines : `,\n${lines}`);
    this.#isEmpty = false;
  }

  /** All rows, as the elements of a JSON array, safe within a `script` element. */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    yield* createReadStream(this.#path) as AsyncIterable<Buffer>;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
