import { bytesText } from "./archive/bytes-text.ts";
import { isPart } from "./coverage.ts";
import type { BundleSummary } from "./summarize.ts";

const SENDERS_SHOWN = 10;

/** The summary for a person at a terminal. */
export function summaryText(summary: BundleSummary): string {
  const { room, source, coverage, counts, senders, time_span: span } = summary;
  const lines = [
    ["Room", `${room.name ?? "(no name)"} (${room.type}, ${room.visibility}, version ${room.room_version})`],
    ["Topic", room.topic ?? "(none)"],
    ["Source", `${source.room_id} on ${source.server_name}`],
    ["Exported", `${summary.exported_at} by ${summary.exported_by}, with ${summary.generator}`],
    [
      "Signed",
      summary.signed_by === null ? "no" : `by ${summary.signed_by} (is that a key you know? bundle verify --key)`,
    ],
    ...(summary.decryption ? [["Decrypted", decryptionText(summary.decryption)]] : []),
    ["Coverage", coverageText(coverage)],
    ["Events", String(counts.events)],
    ...byNumber(counts.by_type).map(([type, count]) => ["", `${count} ${type}`]),
    ["Time", span ? `${span.first} to ${span.last}` : "(no events)"],
    ["Senders", String(counts.senders)],
    ...senders.slice(0, SENDERS_SHOWN).map((sender) => ["", describeSender(sender)]),
    ...(senders.length > SENDERS_SHOWN ? [["", `and ${senders.length - SENDERS_SHOWN} more`]] : []),
    ["Media", `${counts.media_files} ${counts.media_files === 1 ? "file" : "files"}, ${bytesText(counts.media_bytes)}`],
    ["Ledger", counts.ledger === 0 ? "empty: nothing was left out" : String(counts.ledger)],
    ...byNumber(summary.ledger_by_code).map(([code, count]) => ["", `${count} ${code}`]),
    ["Bookmark", summary.bookmark ?? "(none: no events)"],
    ["Size", bytesText(summary.size)],
  ];
  return lines.map(([name = "", text = ""]) => `${name.padEnd(10)}${printable(text)}\n`).join("");
}

function decryptionText({ encrypted, decrypted }: NonNullable<BundleSummary["decryption"]>): string {
  return `${decrypted} of ${encrypted} encrypted events, by whoever held the keys (who signed the exported bundle? bundle verify)`;
}

function coverageText(coverage: BundleSummary["coverage"]): string {
  if (coverage.complete) return "complete";
  const lacksFiles = coverage.without_encrypted_files ? "without the files of encrypted messages" : undefined;
  const part = isPart(coverage) ? `part: ${coverage.limits.map(({ kind }) => kind).join(", ")}` : undefined;
  return [part, lacksFiles].filter((each) => each !== undefined).join("; ");
}

function describeSender({ user_id, display_name, foreign, events }: BundleSummary["senders"][number]): string {
  const name = display_name === null ? user_id : `${display_name} (${user_id})`;
  return `${events} by ${name}${foreign ? ", foreign" : ""}`;
}

function byNumber(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort(([, a], [, b]) => b - a);
}

/** Names come from strangers: nothing that moves the cursor, starts a line or turns the direction of text. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
