import type { NotesFile } from "../../../src/render/timeline/notes.ts";
import { asBuffer } from "../../imports/reader/node-buffer.ts";

/** A file for notes out of blobs, which the browser keeps outside of the memory of scripts: on disk where they are many. */
export class BlobNotes implements NotesFile {
  #parts: { from: number; bytes: Blob }[] = [];
  #end = 0;

  append(bytes: Buffer): Promise<void> {
    if (bytes.length > 0) this.#parts.push({ from: this.#end, bytes: new Blob([new Uint8Array(bytes)]) });
    this.#end += bytes.length;
    return Promise.resolve();
  }

  async read(position: number, length: number): Promise<Buffer<ArrayBuffer>> {
    const to = position + length;
    const found: Blob[] = [];
    for (let at = this.#partAt(position); at < this.#parts.length; at++) {
      const { from, bytes } = this.#parts[at] as { from: number; bytes: Blob };
      if (from >= to) break;
      found.push(bytes.slice(Math.max(0, position - from), to - from));
    }
    return asBuffer(new Uint8Array(await new Blob(found).arrayBuffer()));
  }

  close(): Promise<void> {
    this.#parts = [];
    return Promise.resolve();
  }

  #partAt(position: number): number {
    const after = this.#parts.findIndex(({ from }) => from > position);
    return after < 0 ? this.#parts.length - 1 : after - 1;
  }
}
