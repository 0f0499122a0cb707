import type { Scratch } from "../../src/decrypt/exported-bundle.ts";
import { asBuffer } from "../imports/reader/node-buffer.ts";

const CHUNK = 1024 * 1024;

/** Bytes in blobs, which the browser keeps outside of the memory of scripts, and drops with the page. */
export class BlobScratch implements Scratch {
  #blobs: Blob[] = [];
  #stored = 0;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;

  get size(): number {
    return this.#stored + this.#waitingBytes;
  }

  append(bytes: Uint8Array): Promise<void> {
    // who gave it may use its memory again
    this.#waiting.push(new Uint8Array(bytes));
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= CHUNK) this.#store();
    return Promise.resolve();
  }

  cutTo(size: number): Promise<void> {
    this.#blobs = [this.blob().slice(0, size)];
    this.#stored = size;
    return Promise.resolve();
  }

  read(start = 0, end = this.size): Promise<AsyncIterable<Buffer>> {
    return Promise.resolve(chunksOf(this.blob().slice(start, end)));
  }

  /** All of it. @param type its media type */
  blob(type = ""): Blob {
    this.#store();
    return new Blob(this.#blobs, { type });
  }

  close(): Promise<void> {
    this.#blobs = [];
    return Promise.resolve();
  }

  #store(): void {
    if (this.#waitingBytes === 0) return;
    this.#blobs.push(new Blob(this.#waiting));
    this.#stored += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** The bytes of a blob, piece by piece. */
export async function* chunksOf(blob: Blob): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < blob.size; at += CHUNK)
    yield asBuffer(new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer()));
}
