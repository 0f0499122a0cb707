import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rawZip } from "../../unit/bundle/raw-zip.ts";
import { png } from "../pictures.ts";

export const PNG = png(4, [200, 120, 40]);

/** 2023-11-14T22:13:20Z */
export const START = 1_700_000_000_000;
export const SECONDS = START / 1000;

/** Writes files into the folder, each below its own path. */
export function writeFiles(folder: string, files: Record<string, string | Buffer | object>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytesOf(content));
  }
  return folder;
}

/** Writes them into a ZIP; gives its path. */
export function writeZip(folder: string, name: string, files: Record<string, string | Buffer | object>): string {
  const entries = Object.entries(files).map(([path, content]) => ({ name: path, data: bytesOf(content) }));
  writeFileSync(join(folder, name), rawZip(entries));
  return join(folder, name);
}

function bytesOf(content: string | Buffer | object): Buffer {
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content, null, 2));
}
