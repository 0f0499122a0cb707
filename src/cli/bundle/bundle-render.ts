import { readdir } from "node:fs/promises";
import { openBundle } from "../../bundle/open-bundle.ts";
import { isCollection } from "../../collections/open-collection.ts";
import { verifyCollection } from "../../collections/verify-collection.ts";
import { renderCollection } from "../../render/collection/render-collection.ts";
import { renderFolder, renderSingleFile } from "../../render/render.ts";
import { verifyBundle } from "../../bundle/verify/verify.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import { requireFree, type ForceOption } from "../output-file.ts";
import type { World } from "../world.ts";

export interface RenderOptions extends ForceOption {
  output: string;
  singleFile?: boolean;
}

/** Turns a sound bundle into pages to read. @throws CliError where it is not sound, or the folder holds something */
export async function render(file: string, options: RenderOptions, world: World, output: Output): Promise<void> {
  const { output: target, singleFile = false } = options;
  await (singleFile ? requireFree(target, options) : requireEmpty(target));
  const isMany = await isCollection(file);
  if (isMany && singleFile)
    throw new CliError(EXIT.usage, `${file} is a collection: it becomes a folder, without --single-file`);
  const checking = startProgress(world, output, "Verifying", isMany ? ofRooms : ofBytes);
  const verify = isMany ? verifyCollection : verifyBundle;
  const { ok, fault_count: faults } = await verify(file, { onProgress: checking.update }).finally(checking.stop);
  if (!ok)
    throw new CliError(
      EXIT.failed,
      `${file} is not sound (${faults} fault${faults === 1 ? "" : "s"}): see roomporter bundle verify`,
    );
  const rendering = startProgress(world, output, "Rendering", isMany ? ofRooms : () => "the conversation");
  try {
    if (isMany) await renderCollection(file, target, rendering.update);
    else await renderOne(file, target, singleFile);
  } finally {
    rendering.stop();
  }
  const open = singleFile ? target : `${target.replace(/\/+$/, "")}/index.html`;
  output.result(open, { open });
}

async function renderOne(file: string, target: string, singleFile: boolean): Promise<void> {
  const bundle = await openBundle(file);
  try {
    await (singleFile ? renderSingleFile(bundle, target) : renderFolder(bundle, target));
  } finally {
    await bundle.close();
  }
}

function ofBytes(done: number, total: number | null): string {
  return `${bytes(done)} of ${bytes(total ?? 0)}`;
}

function ofRooms(done: number, total: number | null): string {
  return `${done} of ${total ?? 0} rooms`;
}

/** What is there stays; only an empty folder may be filled. */
async function requireEmpty(target: string): Promise<void> {
  const inside = await readdir(target).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") return ["a file"];
    throw error;
  });
  if (inside.length > 0) throw new CliError(EXIT.usage, `${target} is not an empty folder: name another one`);
}
