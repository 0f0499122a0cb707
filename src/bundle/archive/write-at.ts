import type { FileHandle } from "node:fs/promises";

/**
 * Writes all of these bytes at a position of a file. The system may write a part of them only (write(2): on a disk that is nearly full,
 * after a signal), and says so by a number, not by an error. @throws NodeJS.ErrnoException
 */
export async function writeAt(file: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let { bytesWritten: done } = await file.writev(chunks, position);
  let start = 0;
  for (const chunk of chunks) {
    const end = start + chunk.length;
    while (done < end) done += (await file.write(chunk, done - start, end - done, position + done)).bytesWritten;
    start = end;
  }
}
