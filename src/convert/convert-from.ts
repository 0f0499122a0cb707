import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { safeFileName } from "../bundle/archive/safe-file-name.ts";
import { writeBundle } from "../bundle/write-bundle.ts";
import type { Counts } from "../bundle/manifest/manifest.ts";
import { calledSo, conversationsIn, type NamedConversation } from "./conversations.ts";
import { ConvertError } from "./convert-error.ts";
import type { ForeignConversation, ForeignFormat, ReadOptions } from "./from/format.ts";
import { openExport } from "./input/export-files.ts";
import { Conversation } from "./room/conversation.ts";
import { manifestOf } from "./room/manifest.ts";
import { complete, settleNames } from "./room/prelude.ts";
import { SortedSpool, type TakeSpace } from "./room/sorted-spool.ts";

export interface Conversion extends ReadOptions {
  format: ForeignFormat;
  /** a file or folder */
  input: string;
  /** one conversation, by the name that the export gives it */
  channel?: string | undefined;
  /** a file; for several conversations a folder, which is made where there is none */
  output: string;
  /** name and version of this program */
  generator: string;
  /** milliseconds since the epoch */
  now: number;
  signal: AbortSignal;
  /** for what is gathered meanwhile; default: the system's temporary folder */
  workFolder?: string;
  /** Asked before so many more bytes are written; what it rejects with ends the conversion. */
  takeSpace?: TakeSpace;
  /** So many events so far. */
  onEvents?: (events: number) => void;
  /** Asked of every file before anything is written; what it rejects with ends the conversion. */
  mayWrite: (file: string) => Promise<void>;
  /** A bundle stands. */
  onBundle: (made: MadeBundle) => void;
}

export interface MadeBundle {
  /** where it is */
  file: string;
  /** hexadecimal, of the file */
  sha256: string;
  counts: Counts;
  /** files that the export names and that were not found */
  missing_files: number;
}

/**
 * Makes bundles of another program's export. Each appears under its name only when it is complete. Memory grows with people, files
 * and some 30 bytes a message.
 * @throws ConvertError; what the disk says; the signal's reason
 */
export async function convertExport(conversion: Conversion): Promise<void> {
  const { format, input, channel, output } = conversion;
  await using files = await openExport(input, format);
  const found = await conversationsIn(files, format, conversion);
  if (channel === undefined && (await isFolder(output, format.many))) {
    const taken = new Set<string>();
    const planned = found.map((each) => ({ each, file: join(output, freeName(each.name, taken)) }));
    for (const { file } of planned) await conversion.mayWrite(file);
    await mkdir(output, { recursive: true });
    for (const { each, file } of planned) await convert(each, file, conversion);
    return;
  }
  const only = chosen(found, channel);
  await conversion.mayWrite(output);
  await convert(only, output, conversion);
}

/** Is it meant as a folder: by a slash at its end, because it is one, or for many conversations because no file is called so? */
async function isFolder(path: string, isForMany: boolean): Promise<boolean> {
  if (/[/\\]$/.test(path)) return true;
  return stat(path).then(
    (found) => found.isDirectory(),
    () => isForMany && !/\.zip$/i.test(path),
  );
}

/** @throws ConvertError channel_needed, channel_unknown */
function chosen(found: readonly NamedConversation[], channel: string | undefined): ForeignConversation {
  const choices = found.map(({ name }) => name);
  const fitting = channel === undefined ? found : calledSo(found, channel);
  const [only, ...more] = fitting;
  if (!only) throw new ConvertError(channel === undefined ? "export_unknown" : "channel_unknown", choices);
  const exact = fitting.find(({ name }) => name === channel);
  if (more.length > 0 && !exact)
    throw new ConvertError(
      "channel_needed",
      fitting.map(({ name }) => name),
    );
  return exact ?? only;
}

function freeName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const free = `${safeFileName(number === 1 ? name : `${name} ${number}`)}.zip`;
    if (taken.has(free.toLowerCase())) continue;
    taken.add(free.toLowerCase());
    return free;
  }
}

async function convert(foreign: ForeignConversation, output: string, conversion: Conversion): Promise<void> {
  const { generator, now, signal, workFolder = tmpdir(), takeSpace, onEvents } = conversion;
  const folder = await mkdtemp(join(workFolder, "roomporter-convert-"));
  const spool = await SortedSpool.open(folder, takeSpace);
  const temporary = join(dirname(output), `.${basename(output)}.${randomBytes(6).toString("hex")}`);
  try {
    const conversation = new Conversation(foreign.ids, folder, spool, signal, { takeSpace, onEvents });
    const more = await foreign.read(conversation);
    if (conversation.byType.size === 0 && conversation.ledger.has("message_malformed"))
      throw new ConvertError("export_malformed");
    const { exporter } = foreign;
    if (more) await complete(conversation, { exporter, now, pinned: more.pinned });
    conversation.settleThreads();
    const { last } = conversation.span;
    settleNames(conversation, { exporter, now: Number.isFinite(last) ? last : now });
    const head = manifestOf(conversation, { generator, exporter, now });
    // what was spooled is written again, and takes no more room packed
    await takeSpace?.(spool.bytes + head.counts.media_bytes);
    const content = { head, events: spool.read(), media: conversation.shelf.files };
    const { sha256 } = await writeBundle(createWriteStream(temporary, { flags: "wx", flush: true }), content, signal);
    await rename(temporary, output);
    const missing = head.ledger.filter(({ code }) => code === "media_not_in_export").length;
    conversion.onBundle({ file: output, sha256, counts: head.counts, missing_files: missing });
  } finally {
    await spool.dispose();
    await rm(temporary, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
