import { rm } from "node:fs/promises";
import type { z } from "zod";
import type { importFromOptions, ImportOptions } from "../../../imports/options.ts";
import type { ImportSource } from "../../../imports/start-import-from.ts";
import { stringMember } from "../../../matrix/json.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import { requireObject, type Texts } from "../../../requests/options/parse-options.ts";
import { jsonBody } from "../../json-body.ts";
import { announcedBytes, type BundleReceiver } from "../../receive-bundle.ts";
import type { ApiCall } from "../../route.ts";

/** How options are read. @throws RequestError */
export interface IntakeOptions<O extends ImportOptions> {
  /** as they stand in a form */
  ofForm: (texts: Texts) => O;
  /** as they stand in JSON, beside what names a file that is here already */
  ofJson: (body: object) => { options: O; named: Pick<z.output<typeof importFromOptions>, "upload_id" | "job_id"> };
}

/** What to do with a file that comes in the request's form, and with one that is here already. */
export interface Intake<T, O extends ImportOptions> {
  withFile: (file: string, options: O) => Promise<T>;
  withSource: (source: ImportSource, options: O) => Promise<T>;
}

/** Takes in a bundle or a collection: from the form, or as it is named in JSON. @throws RequestError */
export async function takeIn<T, O extends ImportOptions>(
  call: ApiCall,
  receive: BundleReceiver,
  options: IntakeOptions<O>,
  intake: Intake<T, O>,
): Promise<T> {
  const named = call.request.is("application/json") === "application/json";
  return named ? await fromNamed(call, options, intake) : await fromForm(call, receive, options, intake);
}

async function fromForm<T, O extends ImportOptions>(
  { request, response, requester, imports }: ApiCall,
  receive: BundleReceiver,
  { ofForm }: IntakeOptions<O>,
  { withFile }: Intake<T, O>,
): Promise<T> {
  using place = await imports.admit(requester, announcedBytes(request));
  const file = await receive(request, response, async (texts) => {
    const as = stringMember(texts, "as");
    if (as !== undefined) await place.forUser(as);
  });
  try {
    return await withFile(file, ofForm({ ...request.body } as Texts));
  } finally {
    await rm(file, { force: true });
  }
}

async function fromNamed<T, O extends ImportOptions>(
  { request, response }: ApiCall,
  { ofJson }: IntakeOptions<O>,
  { withSource }: Intake<T, O>,
): Promise<T> {
  const body = requireObject(await jsonBody(request, response));
  const { options, named } = ofJson(body);
  const { upload_id: uploadId, job_id: conversionId } = named;
  if (uploadId !== undefined && conversionId === undefined) return await withSource({ uploadId }, options);
  if (conversionId !== undefined && uploadId === undefined) return await withSource({ conversionId }, options);
  const message = "Expected either upload_id (a finished upload) or job_id (a conversion)";
  throw new RequestError("invalid", "M_MISSING_PARAM", message);
}
