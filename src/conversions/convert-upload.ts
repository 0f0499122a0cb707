import { CONVERT_ERRORS, ConvertError } from "../convert/convert-error.ts";
import { convertExport, type Conversion } from "../convert/convert-from.ts";
import { conversationsIn } from "../convert/conversations.ts";
import { FORMATS } from "../convert/formats.ts";
import type { ForeignConversation, ForeignFormat, ReadOptions } from "../convert/from/format.ts";
import { openExport } from "../convert/input/export-files.ts";
import { recognise } from "../convert/recognise.ts";
import type { JsonObject } from "../matrix/json.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { ConversionParams } from "./conversion-params.ts";

/** Conversations that a report lists, and how long a name may be. */
const MOST_LISTED = 5000;
const LONGEST_NAME = 500;

/** What a person still has to say, by what the conversion is refused with. */
const NEEDS: Readonly<Record<string, string>> = {
  time_zone_needed: "time_zone",
  date_order_needed: "date_order",
};

type Input = Omit<ConversionParams, "file_name"> &
  Pick<Conversion, "input" | "output" | "workFolder" | "generator" | "now" | "signal">;

/**
 * Makes a bundle of an export, where one conversation is chosen or there is only one and nothing is left to be said; gives undefined
 * then. Else gives what was found: `{program, conversations: [{name, bytes}], needs: ["channel" | "time_zone" | "date_order"]}`.
 * @throws RequestError invalid where it cannot be converted
 */
export async function convertUpload(
  {
    from,
    channel,
    time_zone: timeZone,
    date_order: dateOrder,
    trust_imported: trustImported,
    generator,
    ...conversion
  }: Input,
  { takeSpace, onEvents }: Pick<Required<Conversion>, "takeSpace" | "onEvents">,
): Promise<JsonObject | undefined> {
  const { input } = conversion;
  let program = from;
  try {
    if (from === "auto") program = await programOf(input);
    const format = await FORMATS[program]?.();
    if (!format) throw unknownProgram();
    const reading = { timeZone, dateOrder, trustImported };
    const found = await conversationsOf(input, format, reading);
    if (channel === undefined && found.length > 1) return { program, needs: ["channel"], ...listed(found) };
    await convertExport({
      ...conversion,
      ...reading,
      format,
      channel,
      generator: `${generator} (from ${program})`,
      takeSpace,
      onEvents,
      mayWrite: async () => undefined,
      onBundle: () => undefined,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error;
    const need = NEEDS[error.code];
    if (need !== undefined)
      return { program, needs: [need], conversations: [], ...(error.detail !== undefined && { detail: error.detail }) };
    throw told(error);
  }
}

async function programOf(input: string): Promise<string> {
  await using files = await openExport(input, { beside: () => [] });
  const program = await recognise(files);
  if (program === undefined) throw unknownProgram();
  return program;
}

async function conversationsOf(
  input: string,
  format: ForeignFormat,
  reading: ReadOptions,
): Promise<ForeignConversation[]> {
  await using files = await openExport(input, format);
  return await conversationsIn(files, format, reading);
}

function listed(found: readonly ForeignConversation[]): JsonObject {
  const short = found.filter(({ name }) => name.length <= LONGEST_NAME).slice(0, MOST_LISTED);
  return {
    conversations: short.map(({ name, bytes = null }) => ({ name, bytes })),
    ...(short.length < found.length && { not_listed: found.length - short.length }),
  };
}

function told({ code }: ConvertError): RequestError {
  const message = CONVERT_ERRORS[code];
  return new RequestError("invalid", "IO.ROOMPORTER.BAD_EXPORT", message, [{ code, message }]);
}

function unknownProgram(): RequestError {
  const message = "This is no export of a program that is known, nor a bundle";
  return new RequestError("invalid", "IO.ROOMPORTER.BAD_EXPORT", message, [{ code: "export_unknown", message }]);
}
