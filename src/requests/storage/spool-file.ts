import { open, stat, type FileHandle } from "node:fs/promises";
import { Writable } from "node:stream";
import type { DiskSpace } from "../../ports/disk-space.ts";

type Done = (error?: Error | null) => void;

/**
 * A new file, readable by its owner alone, for which space is asked before each write. It is closed when the stream has finished.
 * The stream fails with StorageError, or with what the system says.
 */
export function spoolFile(path: string, space: DiskSpace): Writable {
  let file: FileHandle | undefined;
  const close = async (): Promise<void> => {
    const open = file;
    file = undefined;
    await open?.close();
  };
  return new Writable({
    construct: (done) =>
      settle(async () => {
        file = await open(path, "w", 0o600);
      }, done),
    write: (chunk: Buffer, _encoding, done) =>
      settle(async () => {
        await space.require(chunk.length);
        await file?.appendFile(chunk);
      }, done),
    final: (done) => settle(close, done),
    destroy: (error, done) => settle(close, (inner) => done(error ?? inner ?? null)),
  });
}

/** In bytes. */
export async function sizeOfFile(path: string): Promise<number> {
  return (await stat(path)).size;
}

function settle(act: () => Promise<void>, done: Done): void {
  act().then(
    () => done(),
    (error: unknown) => done(error instanceof Error ? error : new Error("not written", { cause: error })),
  );
}
