import type { DecryptReport } from "../../../src/decrypt/decrypt-exported.ts";
import type { Errands, Result } from "../../decrypt/shapes.ts";
import { decryptInWorker } from "../../decrypt/start-decrypter.ts";
import { ApiError, PageError } from "../../service/api-error.ts";
import type { Session } from "../../session/session.ts";
import { t } from "../../texts/texts.ts";
import type { KeyChoice } from "./key-form.tsx";

/** A bundle that was made readable. */
export interface DecryptedRoom {
  file: File;
  report: DecryptReport;
}

/**
 * Makes a bundle readable with these keys, in a worker. What is asked of the homeserver, with the person's own token, is asked here, and
 * holds nothing of the keys: its key backup, which is encrypted, and files.
 * @throws PageError where the keys are not to be used; AbortError; ApiError; Error with a sentence about the bundle
 */
export async function decryptRoom(
  bundle: File,
  { withFiles, ...choice }: KeyChoice,
  session: Session | null,
  onStep: Errands["onStep"],
  signal: AbortSignal,
): Promise<DecryptedRoom> {
  const keys = choice.kind === "file" ? choice : { ...choice, userId: session?.userId ?? "" };
  const errands: Errands = {
    onStep,
    account: async (path) => await session?.homeserver.accountData(path, session.service.token, signal),
    file: async (uri) => {
      if (!session) throw new PageError(t.signIn.heading);
      return await session.homeserver.file(uri, session.service.token, signal).catch((error: unknown) => {
        throw error instanceof ApiError ? new Error(answerOf(error)) : error;
      });
    },
  };
  const request = { bundle, keys, withFiles: withFiles && session !== null };
  const result = await decryptInWorker(request, errands, signal);
  if (result.kind === "keys") throw faultOf(result);
  const name = bundle.name.replace(/\.zip$/i, "");
  return { file: new File([result.bundle], `${name}.plain.zip`, { type: "application/zip" }), report: result.report };
}

/** For the ledger, as the command line says it. */
function answerOf({ status, errcode }: ApiError): string {
  return status === 0 ? "the homeserver did not answer" : `the homeserver answered ${status} ${errcode}`;
}

/** In the language of the page, where it is something that people do wrong. */
function faultOf({ code, message }: Result & { kind: "keys" }): Error {
  const faults: Partial<Record<string, string>> = t.keys.faults;
  const text = faults[code];
  return text === undefined ? new Error(message) : new PageError(text);
}

/** Did somebody cancel it? */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
