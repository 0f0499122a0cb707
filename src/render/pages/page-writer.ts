import { open, type FileHandle } from "node:fs/promises";
import type { Html } from "./message/html.ts";

/** A new file of markup, on disk for sure once it is closed. */
export class PageWriter {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<PageWriter> {
    return new PageWriter(await open(path, "wx", 0o644));
  }

  async write(markup: Html): Promise<void> {
    await this.#file.appendFile(markup.text);
  }

  /** For what is no markup: parts of a data block. */
  async bytes(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) await this.#file.appendFile(chunk);
  }

  async close(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
  }

  /** Closes it without caring for what was written. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}
