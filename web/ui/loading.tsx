import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../texts/texts.ts";
import { Notice } from "./notice.tsx";
import { sentenceOf } from "./sentence.tsx";
import type { Loaded } from "./use-load.ts";

interface Props<T> {
  of: Loaded<T>;
  /** what is said meanwhile; default: that it is loading */
  meanwhile?: string;
  children: (value: T) => ReactNode;
}

/** What was loaded, or that it is loading, or why it could not be. */
export function Loading<T>({ of, meanwhile = t.loading, children }: Props<T>): ReactNode {
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
  return of.value === undefined ? <p role="status">{meanwhile}</p> : children(of.value);
}
