import { createReadStream, createWriteStream, fstatSync } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CliError, EXIT } from "../exit.ts";
import type { World } from "../world.ts";

/** A bundle whose size is known before it is sent. */
export interface BundleInput extends AsyncDisposable {
  size: number;
  open(): Readable;
}

/**
 * The bundle in `file`, or the one on stdin: a file there is read as it is, a pipe is first written to a temporary file, which
 * goes away with the disposal.
 */
export async function bundleInput(file: string | undefined, world: World, signal: AbortSignal): Promise<BundleInput> {
  if (file !== undefined) return fromFile(file);
  const { stdin } = world;
  if (stdin.isTTY === true) throw new CliError(EXIT.usage, "give the bundle: < bundle.zip, or -f bundle.zip");
  const fd = stdin.fd;
  const status = fd === undefined ? undefined : fstatSync(fd);
  if (fd !== undefined && status?.isFile())
    return {
      size: status.size,
      open: () => createReadStream("", { fd, start: 0, autoClose: false }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  const folder = await mkdtemp(join(tmpdir(), "roomporter-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const spool = join(folder, "bundle.zip");
    await pipeline(stdin, createWriteStream(spool, { mode: 0o600 }), { signal });
    return { size: (await stat(spool)).size, open: () => createReadStream(spool), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fromFile(file: string): Promise<BundleInput> {
  const handle = await open(file);
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    throw new CliError(EXIT.usage, `${file} is not a file`);
  }
  return {
    size: status.size,
    open: () => handle.createReadStream({ start: 0, autoClose: false }),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
