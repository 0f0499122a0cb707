import { rm } from "node:fs/promises";
import { importFromOptions, importOptions, type ImportOptions } from "../../../imports/options.ts";
import type { ImportSource } from "../../../imports/start-import-from.ts";
import { stringMember } from "../../../matrix/json.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import { fromTexts, parseOptions, requireObject, type Texts } from "../../../requests/options/parse-options.ts";
import { jsonBody } from "../../json-body.ts";
import { announcedBytes, type BundleReceiver } from "../../receive-bundle.ts";
import type { ApiCall } from "../../route.ts";

/** What to do with a file that comes in the request's form, and with one that is here already. */
export interface Intake<T> {
  withFile: (file: string, options: ImportOptions) => Promise<T>;
  withSource: (source: ImportSource, options: ImportOptions) => Promise<T>;
}

/** Takes in a bundle or a collection: from the form, or as it is named in JSON. @throws RequestError */
export async function takeIn<T>(call: ApiCall, receive: BundleReceiver, intake: Intake<T>): Promise<T> {
  const named = call.request.is("application/json") === "application/json";
  return named ? await fromNamed(call, intake) : await fromForm(call, receive, intake);
}

async function fromForm<T>(
  { request, response, requester, imports }: ApiCall,
  receive: BundleReceiver,
  { withFile }: Intake<T>,
): Promise<T> {
  using place = await imports.admit(requester, announcedBytes(request));
  const file = await receive(request, response, async (texts) => {
    const as = stringMember(texts, "as");
    if (as !== undefined) await place.forUser(as);
  });
  try {
    return await withFile(file, parseOptions(importOptions, fromTexts(importOptions, { ...request.body } as Texts)));
  } finally {
    await rm(file, { force: true });
  }
}

async function fromNamed<T>({ request, response }: ApiCall, { withSource }: Intake<T>): Promise<T> {
  const body = requireObject(await jsonBody(request, response));
  const { upload_id: uploadId, job_id: conversionId, ...options } = parseOptions(importFromOptions, body);
  if (uploadId !== undefined && conversionId === undefined) return await withSource({ uploadId }, options);
  if (conversionId !== undefined && uploadId === undefined) return await withSource({ conversionId }, options);
  const message = "Expected either upload_id (a finished upload) or job_id (a conversion)";
  throw new RequestError("invalid", "M_MISSING_PARAM", message);
}
