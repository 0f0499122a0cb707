import { open, type FileHandle } from "node:fs/promises";
import { safe, type Html } from "./message/html.ts";

/** A new file of markup, on disk for sure once it is closed. */
export class PageWriter {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<PageWriter> {
    return new PageWriter(await open(path, "wx", 0o644));
  }

  /** One after the other. */
  async write(...markup: Html[]): Promise<void> {
    // each by itself: a text in which one character is none of Latin-1 takes twice the memory, and much longer
    const length = markup.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (const { text } of markup) at += bytes.write(text, at);
    await this.#file.appendFile(bytes);
  }

  /** A data block: an array, of whose elements `chunks` are the JSON, safe within a `script` element. */
  async data(id: string, chunks: AsyncIterable<Buffer> | Iterable<string>): Promise<void> {
    await this.write(safe`<script type="application/json" id="${id}">[`);
    await this.bytes(chunks);
    await this.write(safe`]</script>
`);
  }

  /** For what is no markup: parts of a data block. */
  async bytes(chunks: AsyncIterable<Buffer> | Iterable<string>): Promise<void> {
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
