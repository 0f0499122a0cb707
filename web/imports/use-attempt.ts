import { useState, type ReactNode } from "react";
import { ApiError } from "../service/api-error.ts";
import { sentencesOf } from "../ui/sentence.tsx";

/** Something that the service is asked for, and how that goes. */
export interface Attempt {
  isBusy: boolean;
  /** why it was not done, a sentence each */
  failure: readonly ReactNode[];
  /** the service says that the person has imported it before */
  earlier: ApiError | undefined;
  run: (act: () => Promise<void>) => Promise<void>;
}

export function useAttempt(): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (act: () => Promise<void>): Promise<void> => {
    setError(undefined);
    setBusy(true);
    try {
      await act();
    } catch (thrown) {
      if (!isAbort(thrown)) setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const earlier = isAlreadyImported(error) ? error : undefined;
  return { isBusy, failure: error === undefined || earlier ? [] : sentencesOf(error), earlier, run };
}

/** Did somebody cancel it? */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function isAlreadyImported(error: unknown): error is ApiError {
  return error instanceof ApiError && error.errcode === "IO.ROOMPORTER.ALREADY_IMPORTED";
}
