import type { LedgerEntry } from "../../bundle/manifest/manifest.ts";
import { MAX_ENTRIES } from "../../bundle/limits.ts";
import { ConvertError } from "../convert-error.ts";

/** What converting can leave out or change, and why: docs/convert.md holds the same table. */
export const LEDGER = {
  message_malformed: "A message does not have the shape that this export gives to messages; it is left out.",
  message_repeated: "A message stands in the export more than once; it is carried once.",
  message_empty: "A message has neither text nor files that this format can express; it is left out.",
  event_too_large: "A message is larger than a bundle may hold; it is left out.",
  formatting_left_out: "A message is larger than a bundle may hold with its formatting; it is carried as plain text.",
  detail_left_out: "Details that a Matrix message cannot hold are left out: buttons, commands, icons, signatures.",
  preview_left_out: "Previews of links are left out; the links are there.",
  media_not_in_export: "The export does not hold this file.",
  media_damaged: "The export's archive does not give this file out whole.",
  media_ambiguous: "Several files of the export could be this one; none was taken.",
  media_decrypted: "Files that were encrypted in the room are carried as the export holds them: decrypted.",
  edits_unavailable: "The export holds the last text of edited messages only; that text stands as the first one, too.",
  reactions_unattributed: "Reactions whose author the export does not name are left out.",
  reactions_unavailable: "The export does not hold reactions.",
  reaction_time_unknown: "The export does not say when people reacted: reactions bear the time of their message.",
  votes_unattributed: "The export does not say who voted in polls; the numbers of votes are in the polls.",
  pins_unavailable: "More messages are pinned than one event can list; the rest is left out.",
  time_zone_unknown: "The export gives times without their time zone; they are taken as UTC.",
  reply_elsewhere: "A reply answers a message of another conversation; the relation is left out.",
  redactions_unavailable:
    "The export holds deleted messages without the deletion itself: who deleted them is not known.",
} as const;

export type LedgerCode = keyof typeof LEDGER;

/** Collects what a conversion could not carry. */
export class Ledger {
  readonly #single: LedgerEntry[] = [];
  readonly #counted = new Map<LedgerCode, number>();

  /** About one event or file. @throws ConvertError export_too_large */
  add(code: LedgerCode, about: { event_id?: string; uri?: string }): void {
    if (this.#single.length >= MAX_ENTRIES) throw new ConvertError("export_too_large");
    this.#single.push({ code, message: LEDGER[code], ...about });
  }

  /** About things too many or too small to be listed one by one. */
  count(code: LedgerCode, times = 1): void {
    if (times > 0) this.#counted.set(code, (this.#counted.get(code) ?? 0) + times);
  }

  has(code: LedgerCode): boolean {
    return this.#counted.has(code);
  }

  get entries(): LedgerEntry[] {
    const counted = [...this.#counted].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      ...counted.map(([code, times]) => ({ code, message: `${LEDGER[code]} Number: ${times}.` })),
      ...this.#single,
    ];
  }
}
