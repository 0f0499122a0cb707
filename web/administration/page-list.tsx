import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import type { Pages } from "./use-pages.ts";

interface Props<T> {
  pages: Pages<T>;
  /** where there is nothing */
  none: string;
  children: (items: readonly T[]) => ReactNode;
}

/** A list that is loaded page by page, with a button for more. */
export function PageList<T>({ pages: { items, failure, busy, more }, none, children }: Props<T>): ReactNode {
  return (
    <>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {items === undefined ? (
        failure === undefined && <p role="status">{t.loading}</p>
      ) : items.length === 0 ? (
        <p className="card empty">{none}</p>
      ) : (
        children(items)
      )}
      {more && (
        <div className="actions">
          <Button className="button" isDisabled={busy} onPress={more}>
            {busy ? t.loading : t.more}
          </Button>
        </div>
      )}
    </>
  );
}
