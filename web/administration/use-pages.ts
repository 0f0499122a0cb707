import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { sentenceOf } from "../ui/sentence.tsx";

/** A part of a long list, and where it goes on. */
export interface Page<T> {
  items: readonly T[];
  next: string | undefined;
}

export interface Pages<T> {
  /** all that was loaded so far; undefined: nothing yet */
  items: readonly T[] | undefined;
  failure: ReactNode;
  busy: boolean;
  /** undefined: there is no more */
  more: (() => void) | undefined;
  /** from the beginning */
  reload: () => void;
  change: (items: (items: readonly T[]) => readonly T[]) => void;
}

/** A list that is loaded page by page; anew whenever `load` is another function. @param load `from`: where to go on */
export function usePages<T>(load: (from: string | undefined) => Promise<Page<T>>): Pages<T> {
  const [page, setPage] = useState<Page<T>>();
  const [failure, setFailure] = useState<ReactNode>();
  const [busy, setBusy] = useState(false);
  /** an answer to an earlier question is of no use */
  const turn = useRef(0);
  const ask = useCallback(
    async (before: Page<T> | undefined): Promise<void> => {
      const own = ++turn.current;
      setBusy(true);
      setFailure(undefined);
      try {
        const { items, next } = await load(before?.next);
        if (own === turn.current) setPage({ items: [...(before?.items ?? []), ...items], next });
      } catch (error) {
        if (own === turn.current) setFailure(sentenceOf(error));
      }
      if (own === turn.current) setBusy(false);
    },
    [load],
  );
  useEffect(() => {
    void ask(undefined);
    return () => {
      turn.current++;
    };
  }, [ask]);
  const reload = useCallback(() => void ask(undefined), [ask]);
  const change = useCallback((how: (items: readonly T[]) => readonly T[]) => {
    setPage((last) => last && { ...last, items: how(last.items) });
  }, []);
  const more = page?.next === undefined ? undefined : () => void ask(page);
  return { items: page?.items, failure, busy, more, reload, change };
}
