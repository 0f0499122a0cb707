import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ConvertError } from "../convert-error.ts";
import { FolderFiles } from "./folder-files.ts";
import { isZip, ZipFiles } from "./zip-files.ts";

/** One file of an export. */
export interface ExportFile {
  /** bytes */
  readonly size: number;
  /** @throws ConvertError archive_unreadable, or what the disk says, while iterating */
  read(): AsyncIterable<Buffer>;
}

/** The files of an export: in a folder, in a ZIP, or one file with those that belong to it. */
export interface ExportFiles extends AsyncDisposable {
  /** relative to the export, `/` between the parts */
  readonly paths: readonly string[];
  /** Undefined where there is none of that name: only what `paths` lists can be had, so a path that leads elsewhere leads nowhere. */
  file(path: string): ExportFile | undefined;
}

/** What belongs to a single file of an export. */
export interface Belonging {
  /** folders beside it */
  beside(fileName: string): readonly string[];
  /** Does another file of the same folder belong to it? */
  siblings?(fileName: string, other: string): boolean;
}

/**
 * Opens what somebody gave as an export. Of a single file only that file, the folders that `beside` names for it and its
 * `siblings` are looked at: whoever wrote the file may name others that lie there by chance.
 * @throws ConvertError input_unreadable, archive_unreadable; what the disk says
 */
export async function openExport(path: string, { beside, siblings }: Belonging): Promise<ExportFiles> {
  const found = await stat(path);
  if (found.isDirectory()) return FolderFiles.whole(path);
  if (!found.isFile()) throw new ConvertError("input_unreadable");
  if (await isZip(path)) return ZipFiles.open(path);
  const name = basename(path);
  return FolderFiles.only(dirname(path), name, beside(name), (other) => siblings?.(name, other) ?? false);
}

/** The first path whose last part is that name, least deep first. */
export function findByName(files: ExportFiles, name: RegExp): string | undefined {
  const depth = (path: string): number => path.split("/").length;
  const found = files.paths.filter((path) => name.test(path.slice(path.lastIndexOf("/") + 1)));
  return found.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0];
}

/** The folder of a path, with a slash at its end; "" at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
