import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { RenderSource } from "./source.ts";
import { writeDocument } from "./pages/write-document.ts";
import { writeFolder } from "./pages/write-folder.ts";

/**
 * A bundle as static HTML: pages, a search and the files in a new folder (an empty one is replaced). Nothing is there under its
 * name before everything is. The bundle should be sound (`verifyBundle`). @throws BundleError
 */
export async function renderFolder(source: RenderSource, folder: string): Promise<void> {
  await aside(folder, async (work) => {
    const made = join(work, "made");
    await mkdir(made);
    await writeFolder(source, made, work);
    await rmdir(folder).catch(unlessMissing);
    await rename(made, folder);
  });
}

/** The same in one file that needs nothing beside it. */
export async function renderSingleFile(source: RenderSource, file: string): Promise<void> {
  await aside(file, async (work) => {
    const made = join(work, "made");
    await writeDocument(source, made, work, "inside");
    await rename(made, file);
  });
}

/** The same as a document that stands beside `media/`, as in an unpacked bundle. `workFolder`: empty, for what lies on disk meanwhile. */
export async function renderViewer(source: RenderSource, file: string, workFolder: string): Promise<void> {
  await writeDocument(source, file, workFolder, "beside");
}

/** Works in a folder beside the target, which goes away in any case. */
async function aside(target: string, act: (work: string) => Promise<void>): Promise<void> {
  const path = resolve(target);
  const work = await mkdtemp(join(dirname(path), `.${basename(path)}.`));
  try {
    await act(work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
