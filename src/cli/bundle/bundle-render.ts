import { readdir } from "node:fs/promises";
import { openBundle } from "../../bundle/open-bundle.ts";
import { renderFolder, renderSingleFile } from "../../render/render.ts";
import { verifyBundle } from "../../bundle/verify/verify.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import type { World } from "../world.ts";

export interface RenderOptions {
  output: string;
  singleFile?: boolean;
}

/** Turns a sound bundle into pages to read. @throws CliError where it is not sound, or the folder holds something */
export async function render(file: string, options: RenderOptions, world: World, output: Output): Promise<void> {
  const { output: target, singleFile = false } = options;
  await requireFree(target, singleFile);
  const checking = startProgress(world, output, "Verifying", (done, total) => `${bytes(done)} of ${bytes(total ?? 0)}`);
  const { ok, fault_count: faults } = await verifyBundle(file, { onProgress: checking.update }).finally(checking.stop);
  if (!ok)
    throw new CliError(
      EXIT.failed,
      `${file} is not sound (${faults} fault${faults === 1 ? "" : "s"}): see roomporter bundle verify`,
    );
  const rendering = startProgress(world, output, "Rendering", () => "the conversation");
  const bundle = await openBundle(file);
  try {
    await (singleFile ? renderSingleFile(bundle, target) : renderFolder(bundle, target));
  } finally {
    rendering.stop();
    await bundle.close();
  }
  const open = singleFile ? target : `${target.replace(/\/+$/, "")}/index.html`;
  output.result(open, { open });
}

/** What is there stays; only an empty folder may be filled. */
async function requireFree(target: string, singleFile: boolean): Promise<void> {
  const inside = await readdir(target).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return undefined;
    if (code === "ENOTDIR") return singleFile ? undefined : ["a file"];
    throw error;
  });
  if (inside === undefined) return;
  if (singleFile) throw new CliError(EXIT.usage, `${target} is a folder: name the file to write, e.g. -o room.html`);
  if (inside.length > 0) throw new CliError(EXIT.usage, `${target} is not an empty folder`);
}
