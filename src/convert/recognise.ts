import { ConvertError, type ConvertErrorCode } from "./convert-error.ts";
import { FORMATS } from "./formats.ts";
import type { ExportFiles } from "./input/export-files.ts";

/** Other refusals mean that it is an export of that kind. */
const NOT_THIS_KIND: readonly ConvertErrorCode[] = ["export_unknown", "export_malformed"];

/**
 * The kind of an export by what is in it, as a key of FORMATS; undefined where it is of none. Reads the heads of its files.
 * @throws ConvertError archive_unreadable; what the disk says
 */
export async function recognise(files: ExportFiles): Promise<string | undefined> {
  for (const [name, load] of Object.entries(FORMATS)) {
    try {
      await (await load()).conversations(files, {});
      return name;
    } catch (error) {
      if (!(error instanceof ConvertError)) throw error;
      if (!NOT_THIS_KIND.includes(error.code)) return name;
    }
  }
  return undefined;
}
