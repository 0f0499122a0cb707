import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { t } from "../texts/texts.ts";
import { Notice } from "./notice.tsx";
import { sentenceOf } from "./sentence.tsx";
import type { Loaded } from "./use-load.ts";

/** What was loaded, or that it is loading, or why it could not be. */
export function Loading<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ReactNode }): ReactNode {
  if (of.error !== undefined)
    return (
      <div className="stack narrow">
        <Notice kind="error">{sentenceOf(of.error)}</Notice>
        <div className="actions">
          <Button className="button" onPress={of.reload}>
            {t.tryAgain}
          </Button>
        </div>
      </div>
    );
  return of.value === undefined ? <p role="status">{t.loading}</p> : children(of.value);
}
