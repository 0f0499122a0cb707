/** How the bot speaks about jobs (pure). */
import { member, stringMember } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";

const VERB = { export: "Exporting", import: "Importing" } as const;
const NOUN = { export: "Export", import: "Import" } as const;

/** A job that goes on. */
export function underWay(job: Job): string {
  const { done, total } = job.progress;
  const stop = `\`!cancel ${job.id}\` ends it.`;
  if (job.cancel_requested) return `${NOUN[job.kind]} ${job.id} is being cancelled.`;
  if (job.state === "queued") return `${NOUN[job.kind]} ${job.id} waits for its turn. ${stop}`;
  if (done === 0) return `${VERB[job.kind]} (job ${job.id}) … ${stop}`;
  if (total === null || total === 0) return `${VERB[job.kind]} (job ${job.id}): ${count(done)} so far. ${stop}`;
  const percent = Math.min(100, Math.floor((done * 100) / total));
  return `${VERB[job.kind]} (job ${job.id}): ${done} of ${count(total)}, ${percent} %. ${stop}`;
}

/** A job that has ended, for the room in which it was asked for: no link, no file. */
export function over(job: Job): string {
  if (job.state === "cancelled") return `${NOUN[job.kind]} ${job.id} was cancelled.`;
  if (job.state === "failed") return `${NOUN[job.kind]} ${job.id} failed: ${job.error?.error ?? "I do not know why."}`;
  return `${NOUN[job.kind]} ${job.id} is done: ${count(job.progress.done)}.${partOnly(job)}`;
}

/** Says so where an export does not hold the whole room. */
function partOnly(job: Job): string {
  const coverage = member(job.report, "coverage");
  const limits = member(coverage, "limits");
  if (member(coverage, "complete") !== false || !Array.isArray(limits)) return "";
  const kinds = new Set(limits.map((limit) => stringMember(limit, "kind")?.replaceAll("_", " ")));
  return ` It is not the whole room (limited by ${[...kinds].filter(Boolean).join(", ")}).`;
}

/** What could not be carried, in one sentence; "" where there is nothing to say. */
export function leftOut(job: Job): string {
  const ledger = member(job.report, "ledger");
  const entries = Array.isArray(ledger) ? ledger.length : 0;
  if (entries === 0) return "";
  if (entries === 1) return "1 thing could not be carried as it was; the job's report lists it.";
  return `${entries} things could not be carried as they were; the job's report lists them.`;
}

/** One line of a list. */
export function line(job: Job): string {
  const { done, total } = job.progress;
  return `${job.id}  ${job.kind}  ${job.state}  ${total === null ? count(done) : `${done} of ${count(total)}`}`;
}

export function count(events: number): string {
  return `${events} ${events === 1 ? "event" : "events"}`;
}
