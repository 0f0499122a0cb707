/** How the bot speaks about jobs (pure). */
import { member, objectMember, stringMember } from "../matrix/json.ts";
import { NOTHING_MATCHED, nothingMatched } from "../exports/nothing-matched.ts";
import { outlook } from "../jobs/pace.ts";
import { signedByIn } from "../requests/signed-by.ts";
import type { Job, JobProgress } from "../ports/job-store.ts";

const VERB = {
  export: "Exporting",
  import: "Importing",
  gdpr_export: "Exporting all rooms",
  space_export: "Exporting the space",
  predecessors_export: "Exporting the room and its predecessors",
  space_import: "Importing the space",
  convert: "Converting",
} as const;
const NOUN = {
  export: "Export",
  import: "Import",
  gdpr_export: "Export of all rooms",
  space_export: "Export of the space",
  predecessors_export: "Export of the room and its predecessors",
  space_import: "Import of the space",
  convert: "Conversion",
} as const;

/** A job that goes on. */
export function underWay(job: Job): string {
  const { done, total } = job.progress;
  const stop = `\`!cancel ${job.id}\` ends it.`;
  if (job.cancel_requested) return `${NOUN[job.kind]} ${job.id} is being cancelled.`;
  if (job.state === "queued") return `${NOUN[job.kind]} ${job.id} waits for its turn. ${stop}`;
  if (done === 0) return `${VERB[job.kind]} (job ${job.id}) … ${stop}`;
  const { rate, seconds_left } = outlook(job);
  const words = [
    `${VERB[job.kind]} (job ${job.id}): ${total ? `${done} of ${counted({ ...job.progress, done: total })}` : `${counted(job.progress)} so far`}`,
  ];
  if (total) words.push(`${Math.min(100, Math.floor((done * 100) / total))} %`);
  if (rate !== null) words.push(`${rate < 10 ? rate : Math.round(rate)} a second`);
  if (seconds_left !== null) words.push(`about ${duration(seconds_left)} left`);
  return `${words.join(", ")}. ${stop}`;
}

/** A job that has ended, for the room in which it was asked for: no link, no file. */
export function over(job: Job): string {
  if (job.state === "cancelled") return `${NOUN[job.kind]} ${job.id} was cancelled.`;
  if (job.state === "failed") {
    const why = job.error?.error ?? "The reason is not known.";
    return `${NOUN[job.kind]} ${job.id} failed: ${why}${job.error?.retry ? ` Here: \`!retry ${job.id}\`.` : ""}`;
  }
  return `${NOUN[job.kind]} ${job.id} is done: ${counted(job.progress)}.${nothing(job)}${missingRooms(job)}${partOnly(job)}${signed(job)}`;
}

function nothing({ kind, report }: Job): string {
  return kind === "export" && nothingMatched(report) ? ` ${NOTHING_MATCHED}` : "";
}

/** Of an export of many rooms: how many are not in it. */
function missingRooms({ report }: Job): string {
  const counts = objectMember(report, "counts");
  const words = Object.entries({ refused: "refused", failed: "failed", incognito: "incognito", left_out: "not read" })
    .map(([key, word]) => [counts?.[key], word] as const)
    .flatMap(([rooms, word]) => (typeof rooms === "number" && rooms > 0 ? [`${String(rooms)} ${word}`] : []));
  return words.length === 0 ? "" : ` Not in it: ${words.join(", ")}; index.json says why.`;
}

/** Whose signature the bundle bears. */
function signed({ report }: Job): string {
  const by = signedByIn(report);
  if (!by) return "";
  if (by.verified) return ` It is signed by ${by.server_name} (${by.key_id}).`;
  return ` It is signed with an unknown key (${by.key_id}).`;
}

const WITHOUT_ENCRYPTED_FILES =
  "The files of its encrypted messages are not in it: only the keys of the room show which there are.";

/** Says so where an export does not hold the whole room. */
function partOnly(job: Job): string {
  const coverage = member(job.report, "coverage");
  const limits = member(coverage, "limits");
  if (member(coverage, "complete") !== false || !Array.isArray(limits)) return "";
  const kinds = new Set(limits.map((limit) => stringMember(limit, "kind")?.replaceAll("_", " ")));
  const limitedBy = [...kinds].filter(Boolean).join(", ");
  const lacksFiles = member(coverage, "without_encrypted_files") === true;
  const part = limits.length === 0 && lacksFiles ? "" : ` It is not the whole room (limited by ${limitedBy}).`;
  return lacksFiles ? `${part} ${WITHOUT_ENCRYPTED_FILES}` : part;
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
  return `${job.id}  ${job.kind}  ${job.state}  ${total === null ? counted(job.progress) : `${done} of ${counted({ ...job.progress, done: total })}`}`;
}

/** The same with who asked and when. */
export function lineForAdmins(job: Job): string {
  const time = (ms: number): string => new Date(ms).toISOString();
  const ended = job.finished_at === null ? "" : `  ended ${time(job.finished_at)}`;
  return `${line(job)}  by ${job.owner}  asked ${time(job.created_at)}${ended}`;
}

/** `40 seconds`, `12 minutes`, `3 hours 20 minutes`, `2 days 4 hours`: no more precise than it can be. */
function duration(seconds: number): string {
  const of = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? "" : "s"}`;
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? of(big, bigUnit) : `${of(big, bigUnit)} ${of(small, smallUnit)}`;
  if (seconds < 60) return of(seconds, "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return of(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? two(hours, "hour", minutes % 60, "minute")
    : two(Math.floor(hours / 24), "day", hours % 24, "hour");
}

function counted({ done, unit }: JobProgress): string {
  return unit === "events" ? count(done) : `${done} ${done === 1 ? "room" : "rooms"}`;
}

export function count(events: number): string {
  return `${events} ${events === 1 ? "event" : "events"}`;
}
