import type { LedgerEntry } from "../../bundle/manifest/manifest.ts";
import { MAX_ENTRIES } from "../../bundle/limits.ts";
import { ConvertError } from "../convert-error.ts";

/** What converting can leave out or change, and why: docs/convert.md holds the same table. */
export const LEDGER = {
  message_malformed: "A message does not have the shape that this export gives to messages; it is left out.",
  message_too_large: "A message, or a thread on one line, is larger than 64 MiB; it is left out.",
  message_unsupported: "The exporting program could not read a message itself; it is left out.",
  disappearing_not_in_export: "The export holds no disappearing messages.",
  message_repeated: "A message stands in the export more than once; it is carried once.",
  message_empty: "A message has neither text nor files that this format can express; it is left out.",
  event_too_large: "A message is larger than a bundle may hold; it is left out.",
  field_malformed:
    "A field of a message is not of the kind that this export gives to it; the message is carried without it.",
  formatting_left_out: "A message is larger than a bundle may hold with its formatting; it is carried as plain text.",
  detail_left_out: "Details that a Matrix message cannot hold are left out: buttons, commands, icons, signatures.",
  card_words_not_in_export: "The export holds titles and addresses of cards, but not their words.",
  preview_left_out: "Previews of links are left out; the links are there.",
  emoji_picture_left_out: "Pictures of custom emoji are left out; their names stand in their place.",
  media_not_in_export: "The export does not hold this file.",
  media_damaged: "The export's archive does not give this file out whole.",
  media_seen_once: "Files that could be looked at once only are not in the export; a notice stands in their place.",
  media_ambiguous:
    "Several files of the export could be this one, or one could belong to several messages; none was taken.",
  media_decrypted: "Files that were encrypted in the room are carried as the export holds them: decrypted.",
  message_undecrypted:
    "Encrypted messages that the program could not decrypt stand as it shows them: their texts are not in the export.",
  edits_unavailable: "The export holds the last text of edited messages only; that text stands as the first one, too.",
  edits_not_in_export: "The export does not say which messages were edited.",
  moves_left_out: "Messages were moved from another topic or channel; they stand where they are now.",
  reactions_unattributed: "Reactions whose author the export does not name are left out.",
  reactions_unavailable: "The export does not hold reactions.",
  reaction_time_unknown: "The export does not say when people reacted: reactions bear the time of their message.",
  vote_time_unknown: "The export does not say when people voted: votes bear the time of their poll.",
  votes_unattributed: "The export does not say who voted in polls; the numbers of votes are in the polls.",
  votes_unavailable: "The export does not hold the votes of polls; no result is claimed.",
  pins_unavailable: "More messages are pinned than one event can list; the rest is left out.",
  pins_not_in_export: "The export does not say which messages are pinned.",
  pin_elsewhere: "A pinned message is not in the export; the pin is left out.",
  time_zone_unknown: "The export gives times without their time zone; they are taken as UTC.",
  time_zone_given: "The export gives local times; they are read in the time zone that was given with --time-zone.",
  time_repeated:
    "Times of an hour that the clock showed twice, at the end of summer time, are told apart by the order of the messages.",
  time_skipped: "A time that the clock never showed, at the begin of summer time, is taken as an hour later.",
  people_are_names:
    "The export knows people by their names only: two of one name are one sender, one of two names is two.",
  people_hidden:
    "The export replaces the names of people by numbers (User_2), but that of the account whose data it is.",
  reply_elsewhere: "A reply answers a message that is not in the export; the relation is left out.",
  reply_as_quote: "A reply names its message by words that fit none or several; the words stand as a quotation.",
  reply_unresolved:
    "A reply names its message by an id that the export gives to no message; its address stands as a quotation.",
  threads_not_in_export: "The export does not say which messages stand in threads.",
  thread_start_elsewhere:
    "The message that a thread began with is not in the export: it is gone, or stands in another conversation.",
  redactions_unavailable:
    "The export holds deleted messages without the deletion itself: who deleted them is not known.",
  conversation_unlisted: "The export's lists do not name this conversation: its name, topic and kind are not known.",
  part_missing: "The export is one part of several; other parts are not there.",
  origin_damaged:
    "What the import of a trusted user says of a message's origin cannot be applied; the message stands under that user.",
  authors_not_trusted:
    "Messages that an import brought say who wrote them; they stand under their sender, for --trust-imported did not name that user.",
} as const;

const MAX_PLACES = 10;

export type LedgerCode = keyof typeof LEDGER;

/** Collects what a conversion could not carry. */
export class Ledger {
  readonly #single: LedgerEntry[] = [];
  readonly #counted = new Map<LedgerCode, { times: number; places: string[] }>();

  /** About one event or file. @throws ConvertError export_too_large */
  add(code: LedgerCode, about: { event_id?: string; uri?: string }): void {
    if (this.#single.length >= MAX_ENTRIES) throw new ConvertError("export_too_large");
    this.#single.push({ code, message: LEDGER[code], ...about });
  }

  /** About things too many or too small to be listed one by one. `place`: where in the export, of which the first few are told */
  count(code: LedgerCode, times = 1, place?: string): void {
    if (times <= 0) return;
    const known = this.#counted.get(code) ?? { times: 0, places: [] };
    known.times += times;
    if (place !== undefined && known.places.length < MAX_PLACES) known.places.push(place);
    this.#counted.set(code, known);
  }

  /** About the export as a whole: said once, without a number. */
  say(code: LedgerCode): void {
    if (!this.#single.some((entry) => entry.code === code)) this.add(code, {});
  }

  has(code: LedgerCode): boolean {
    return this.#counted.has(code);
  }

  get entries(): LedgerEntry[] {
    const counted = [...this.#counted].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      ...counted.map(([code, { times, places }]) => {
        const where = places.length > 0 ? ` At: ${places.join(", ")}.` : "";
        return { code, message: `${LEDGER[code]} Number: ${times}.${where}` };
      }),
      ...this.#single,
    ];
  }
}
