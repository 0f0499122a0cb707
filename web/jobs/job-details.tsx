import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Heading } from "react-aria-components/Heading";
import type { Job } from "../service/shapes.ts";
import { bytes, dayAndTime, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { leftOutBy } from "../texts/left-out.ts";
import { Facts } from "../ui/facts.tsx";
import { English } from "../ui/sentence.tsx";
import { EXPORT_REPORT, IMPORT_REPORT } from "./reports.ts";

const MOST_ENTRIES = 20;

/** What happened: numbers, hashes, and what was left out, in plain words. */
export function JobDetails({ job }: { job: Job }): ReactNode {
  const exported = job.kind === "export" ? EXPORT_REPORT.safeParse(job.report).data : undefined;
  const imported = job.kind === "import" ? IMPORT_REPORT.safeParse(job.report).data : undefined;
  const facts: [string, ReactNode][] = [
    [t.jobs.requester, <bdi key="requester">{job.requester}</bdi>],
    [t.jobs.asked, dayAndTime(job.created_at)],
    ...(job.finished_at === null ? [] : [[t.jobs.ended, dayAndTime(job.finished_at)] as [string, ReactNode]]),
    [t.jobs.id, <code key="id">{job.job_id}</code>],
  ];
  if (exported)
    facts.push(
      [t.jobs.events, number(exported.counts.events)],
      [t.jobs.files, number(exported.counts.media_files)],
      [t.jobs.size, bytes(exported.size)],
      [t.jobs.manifest, <code key="hash">{exported.manifest_sha256}</code>],
      [t.jobs.leftOut, <List key="out" items={leftOutBy(exported.coverage, exported.counts.ledger)} />],
    );
  if (imported)
    facts.push(
      [t.jobs.events, t.jobs.imported(number(imported.events.sent))],
      [t.jobs.leftOut, <List key="out" items={ledgerLines(imported.ledger)} />],
    );
  return (
    <Disclosure className="disclosure">
      <Heading level={3}>
        <Button slot="trigger" className="link">
          {t.jobs.details}
        </Button>
      </Heading>
      <DisclosurePanel>
        <Facts facts={facts} />
      </DisclosurePanel>
    </Disclosure>
  );
}

function List({ items }: { items: readonly ReactNode[] }): ReactNode {
  return items.length === 1 ? (
    items[0]
  ) : (
    <ul>
      {items.map((item, at) => (
        <li key={at}>{item}</li>
      ))}
    </ul>
  );
}

/** Each sentence once, with how often it holds. */
function ledgerLines(ledger: readonly { message: string }[]): ReactNode[] {
  if (ledger.length === 0) return [t.jobs.nothingDiffers];
  const counts = new Map<string, number>();
  for (const { message } of ledger) counts.set(message, (counts.get(message) ?? 0) + 1);
  const lines = [...counts].map(([message, count]) => (
    <English key={message}>{count === 1 ? message : `${message} (${number(count)})`}</English>
  ));
  const more = lines.length - MOST_ENTRIES;
  return more <= 0 ? lines : [...lines.slice(0, MOST_ENTRIES), t.jobs.moreEntries(more)];
}
