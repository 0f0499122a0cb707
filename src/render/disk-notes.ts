import { open } from "node:fs/promises";
import { join } from "node:path";
import type { NotesFile } from "./timeline/notes.ts";

/** A new file for notes in this folder. */
export async function openDiskNotes(folder: string): Promise<NotesFile> {
  const file = await open(join(folder, "notes"), "wx+", 0o600);
  return {
    append: (bytes) => file.appendFile(bytes),
    async read(position, length) {
      const bytes = Buffer.allocUnsafe(length);
      let read = 0;
      while (read < length) {
        const { bytesRead } = await file.read(bytes, read, length - read, position + read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      return bytes.subarray(0, read);
    },
    close: () => file.close(),
  };
}
