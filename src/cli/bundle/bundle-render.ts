import { readdir } from "node:fs/promises";
import { BundleError } from "../../bundle/faults.ts";
import { openBundle } from "../../bundle/open-bundle.ts";
import { isCollection } from "../../collections/open-collection.ts";
import { verifyCollection } from "../../collections/verify-collection.ts";
import { renderCollection } from "../../render/collection/render-collection.ts";
import { renderFolder, renderSingleFile } from "../../render/render.ts";
import { UnsoundBundle, verifiedSource } from "../../render/verified-source.ts";
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
  if (isMany) await renderMany(file, target, world, output);
  else await renderOne(file, target, singleFile, world, output);
  const open = singleFile ? target : `${target.replace(/\/+$/, "")}/index.html`;
  output.result(open, { open });
}

async function renderMany(file: string, target: string, world: World, output: Output): Promise<void> {
  const checking = startProgress(world, output, "Verifying", ofRooms);
  const found = await verifyCollection(file, { onProgress: checking.update }).finally(checking.stop);
  if (!found.ok) throw notSound(file, found.fault_count);
  const rendering = startProgress(world, output, "Rendering", ofRooms);
  await renderCollection(file, target, rendering.update).finally(rendering.stop);
}

async function renderOne(
  file: string,
  target: string,
  singleFile: boolean,
  world: World,
  output: Output,
): Promise<void> {
  let progress = startProgress(world, output, "Verifying", ofBytes);
  const onVerified = (): void => {
    progress.stop();
    progress = startProgress(world, output, "Rendering", () => "the conversation");
  };
  try {
    const bundle = await openBundle(file);
    try {
      const source = verifiedSource(bundle, file, { onProgress: progress.update, onVerified });
      await (singleFile ? renderSingleFile(source, target) : renderFolder(source, target));
    } finally {
      await bundle.close();
    }
  } catch (error) {
    if (error instanceof UnsoundBundle) throw notSound(file, error.verification.fault_count);
    if (!(error instanceof BundleError)) throw error;
    // it failed before everything was verified
    const { ok, fault_count: faults } = await verifyBundle(file);
    throw ok ? error : notSound(file, faults);
  } finally {
    progress.stop();
  }
}

function notSound(file: string, faults: number): CliError {
  const many = `${faults} fault${faults === 1 ? "" : "s"}`;
  return new CliError(EXIT.failed, `${file} is not sound (${many}): see roomporter bundle verify`);
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
