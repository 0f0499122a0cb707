import { useEffect, useRef, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { dayAndTime, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import type { Hits } from "./reader/shapes.ts";

interface Props {
  results: Hits | "searching";
  onItem: (item: number) => void;
  onClose: () => void;
}

/** What a search has found; each hit leads to its message. */
export function SearchResults({ results, onItem, onClose }: Props): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const isDone = results !== "searching";
  useEffect(() => {
    if (isDone) heading.current?.focus();
  }, [isDone]);
  const hits = isDone ? results.hits : [];
  return (
    <section className="card look-results" aria-label={t.look.results}>
      <header>
        <div role="status">
          <h2 ref={heading} tabIndex={-1}>
            {isDone ? t.look.found(results.total, number(results.total)) : t.look.searching}
          </h2>
          {isDone && results.total > hits.length && <p className="soft">{t.look.moreFound(number(hits.length))}</p>}
        </div>
        <Button className="button quiet" onPress={onClose}>
          {t.look.closeResults}
        </Button>
      </header>
      {hits.length > 0 && (
        <ol>
          {hits.map(({ item, ts, name, pieces }) => (
            <li key={item}>
              <Button className="look-hit" onPress={() => onItem(item)}>
                <span className="soft">
                  <bdi>{name}</bdi> · {momentOf(ts)}
                </span>
                <span className="text" dir="auto">
                  {pieces.map(({ text, isFound }, at) => (isFound ? <mark key={at}>{text}</mark> : text))}
                </span>
              </Button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Matrix times may be beyond what a calendar can say. */
function momentOf(ts: number): string {
  return Number.isNaN(new Date(ts).getTime()) ? `${String(ts)} ms` : dayAndTime(ts);
}
