import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** The SHA-256 of all chunks, hexadecimal. `passing`: told of the bytes of each. */
export async function sha256Of(chunks: AsyncIterable<Buffer>, passing: (bytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) {
    hash.update(chunk);
    passing(chunk.length);
  }
  return hash.digest("hex");
}

/** A file on disk, piece by piece: each stands in `memory` until the next one is asked for. */
export async function* fileChunks(path: string, memory: Buffer): AsyncGenerator<Buffer, void, undefined> {
  await using file = await open(path, "r");
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(memory, 0, memory.length, position);
    if (bytesRead === 0) return;
    yield memory.subarray(0, bytesRead);
    position += bytesRead;
  }
}
