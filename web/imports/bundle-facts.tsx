import type { ReactNode } from "react";
import { bytes, day, dayAndTime, number } from "../texts/format.ts";
import { leftOutBy } from "../texts/left-out.ts";
import { t } from "../texts/texts.ts";
import { Facts } from "../ui/facts.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";

const MOST_PEOPLE = 8;

/** What a bundle is, in a few lines. */
export function BundleFacts({ look: { head, messages, span, people, signed } }: { look: BundleLook }): ReactNode {
  const { counts, coverage } = head;
  const more = people.length - MOST_PEOPLE;
  const leftOut = leftOutBy(coverage, counts.ledger);
  const facts: [string, ReactNode][] = [
    [t.imports.from, <bdi key="from">{`${head.source.room_id} · ${head.source.server_name}`}</bdi>],
    [t.imports.exported, t.imports.exportedBy(dayAndTime(head.exported_at), head.exported_by)],
    ...(span === null
      ? []
      : [[t.imports.period, t.imports.span(day(span.first), day(span.last))] as [string, ReactNode]]),
    [
      t.imports.content,
      [
        t.imports.messages(messages, number(messages)),
        t.imports.events(counts.events, number(counts.events)),
        counts.media_files === 0
          ? t.imports.noFiles
          : t.imports.files(counts.media_files, number(counts.media_files), bytes(counts.media_bytes)),
      ].join(", "),
    ],
    [
      t.imports.people,
      <ul key="people" className="people">
        {people.slice(0, MOST_PEOPLE).map(({ userId, name, messages: wrote }) => (
          <li key={userId} title={userId}>
            <bdi>{name}</bdi> <span className="soft">{number(wrote)}</span>
          </li>
        ))}
        {more > 0 && <li className="soft">{t.imports.morePeople(more)}</li>}
      </ul>,
    ],
    [t.jobs.leftOut, coverage.complete && counts.ledger === 0 ? "–" : leftOut.join(" · ")],
    [t.imports.signature, signed ? t.imports.signed : t.imports.unsigned],
  ];
  return <Facts facts={facts} />;
}
