import { stat } from "node:fs/promises";
import { CONVERT_ERRORS, ConvertError, type ConvertErrorCode } from "../../convert/convert-error.ts";
import { convertExport, type MadeBundle } from "../../convert/convert-from.ts";
import { FORMATS } from "../../convert/formats.ts";
import { openExport } from "../../convert/input/export-files.ts";
import { recognise } from "../../convert/recognise.ts";
import { isZip } from "../../convert/input/zip-files.ts";
import { CliError, EXIT } from "../exit.ts";
import { requireFree, type ForceOption } from "../output-file.ts";
import type { Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import type { World } from "../world.ts";

export interface ConvertFromOptions extends ForceOption {
  from: string;
  channel?: string;
  output?: string;
  timeZone?: string;
  dateOrder?: string;
  trustImported?: string[];
}

const MISUSE: readonly ConvertErrorCode[] = [
  "channel_needed",
  "channel_unknown",
  "time_zone_needed",
  "time_zone_unknown",
  "date_order_needed",
];
/** So many names of conversations are enough to see how they are written. */
const CHOICES_SHOWN = 20;

/** Makes bundles of another program's export. @throws CliError */
export async function convertFrom(
  input: string,
  { from, channel, output: file, timeZone, dateOrder, trustImported, ...force }: ConvertFromOptions,
  version: string,
  world: World,
  output: Output,
): Promise<void> {
  const kind = from === "auto" ? await kindOf(input) : from;
  const load = Object.hasOwn(FORMATS, kind) ? FORMATS[kind] : undefined;
  if (!load) throw new CliError(EXIT.usage, `--from is one of auto, ${Object.keys(FORMATS).join(", ")}`);
  if (file === undefined) throw new CliError(EXIT.usage, "say where the bundle goes: -o bundle.zip");
  const signal = world.interrupt();
  const made: MadeBundle[] = [];
  const progress = startProgress(world, output, "Converting", () => `${made.length} done`);
  const onBundle = (bundle: MadeBundle): void => void made.push(bundle);
  const generator = `roomporter ${version} (from ${kind})`;
  const mayWrite = (each: string): Promise<void> => requireFree(each, force);
  const reading = { format: await load(), input, channel, timeZone, dateOrder, trustImported, mayWrite };
  try {
    await convertExport({ ...reading, output: file, generator, now: Date.now(), signal, onBundle });
  } catch (error) {
    if (signal.aborted) throw new CliError(EXIT.interrupted, "interrupted: what is complete was kept");
    throw error instanceof ConvertError ? told(error, input, kind) : error;
  } finally {
    progress.stop();
  }
  const hint = made.some((bundle) => bundle.missing_files > 0) && (await isSingleFile(input)) ? [HINT] : [];
  output.result([...made.map(line), ...hint].join("\n"), { bundles: made });
}

/** The program that made an export, by what is in it. @throws CliError */
async function kindOf(input: string): Promise<string> {
  try {
    await using files = await openExport(input, { beside: () => [] });
    const kind = await recognise(files);
    if (kind !== undefined) return kind;
  } catch (error) {
    throw error instanceof ConvertError ? told(error, input) : error;
  }
  throw new CliError(
    EXIT.failed,
    `${input}: this is no export of a program that is known: say with --from which it is`,
  );
}

/** Of a single file only the folders are looked at that its own program puts beside it. */
const HINT =
  "Some files were not found. If they lie elsewhere beside the export, name the folder that holds both as the input.";

async function isSingleFile(input: string): Promise<boolean> {
  return (await stat(input)).isFile() && !(await isZip(input));
}

/** `kind`: of export that it was read as */
function told({ code, choices, detail }: ConvertError, input: string, kind?: string): CliError {
  const more = choices.length > CHOICES_SHOWN ? ", …" : "";
  const names = choices.length > 0 ? ` There are: ${choices.slice(0, CHOICES_SHOWN).join(", ")}${more}` : "";
  const given = detail === undefined ? "" : ` Given: ${detail}`;
  const next =
    code === "export_unknown" && kind !== undefined
      ? ` It was read with --from ${kind}: --from auto tells which program it is of, and --help what to give for each.`
      : "";
  return new CliError(
    MISUSE.includes(code) ? EXIT.usage : EXIT.failed,
    `${input}: ${CONVERT_ERRORS[code]}${given}${next}${names}`,
  );
}

function line({ file, counts }: MadeBundle): string {
  const { events, senders, media_files: files, ledger } = counts;
  return `${file}: ${events} events, ${senders} senders, ${files} media files; entries in the ledger: ${ledger}`;
}
