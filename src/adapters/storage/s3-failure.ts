import { S3ServiceException } from "@aws-sdk/client-s3";
import type { Logger } from "../../ports/logger.ts";
import { OtherBytes } from "./s3-download.ts";
import { asStorageError, StorageError } from "../../ports/storage-error.ts";

const INSUFFICIENT_STORAGE = 507;
/** Answers after which the same request may succeed later. */
const PASSING = new Set([408, 425, 429]);

/**
 * What a failed call means. What the store said is logged by name and status only: its message may quote keys and signatures.
 * Anything that is wrong on this side (a local file that cannot be read, say) stays as it is.
 */
export function s3Failure(error: unknown, logger: Logger): unknown {
  const here = asStorageError(error);
  if (here) return here;
  if (error instanceof OtherBytes) {
    const { asked, got } = error;
    logger.warn({ asked, got }, "the bundle store, or a cache before it, answers with other bytes than were asked for");
    return new StorageError("refused", "the bundle store answers with other bytes than were asked for", {
      cause: error,
    });
  }
  if (!(error instanceof Error) || isOfLocalFile(error)) return error;
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  logger.warn({ error: error.name, status: status ?? null }, "the bundle store does not answer as it should");
  return new StorageError(faultOf(status), `the bundle store answers ${String(status ?? "nothing")} ${error.name}`, {
    cause: error,
  });
}

function faultOf(status: number | undefined): StorageError["fault"] {
  if (status === INSUFFICIENT_STORAGE) return "full";
  return status === undefined || status >= 500 || PASSING.has(status) ? "away" : "refused";
}

function isOfLocalFile(error: Error): boolean {
  return "syscall" in error && "path" in error;
}
