import { earlierSeam } from "../../bundle/joined/seam.ts";
import type { BundleEvent, ImportedSender, ManifestHead } from "../../bundle/manifest/manifest.ts";
import { PollTally } from "../../bundle/poll-tally.ts";
import { isScaffolding, isServiceNotice, type OriginalEvent } from "../../bundle/original.ts";
import { findState } from "../../matrix/event.ts";
import { objectMember, type JsonObject } from "../../matrix/json.ts";
import { NOTICE } from "../../matrix/names.ts";
import { isPollEnd, isPollResponse, isPollStart } from "../../matrix/poll.ts";
import { mayRedact } from "../../matrix/power-levels.ts";
import { relationOf, type Relation } from "../../matrix/relation.ts";
import type { ToldEvent } from "./told.ts";
import { AuthorNames } from "../plan/labels/author-names.ts";

interface Edits {
  ts: number;
  winner: string;
  tied: boolean;
}

/** What replaying an event needs to know of events further on. Its size grows with people, edits, redactions and polls only. */
export class Survey {
  readonly #edits = new Map<string, Edits>();
  readonly #redactions = new Map<string, number>();
  readonly #redactedRedactions = new Set<string>();
  readonly #polls = new Map<string, PollTally>();
  readonly names = new AuthorNames();
  /** what the notice of an earlier import says that the room lacks; undefined where there is none */
  earlierSlice: JsonObject | undefined;

  /** Looks at every event once, in order. @param onReplayed hears of each that the replay will send */
  static async of(
    events: AsyncIterable<ToldEvent>,
    onReplayed?: (position: number, event: BundleEvent, original: OriginalEvent, author: ImportedSender) => void,
  ): Promise<Survey> {
    const survey = new Survey();
    for await (const { position, event, original, room, standing } of events) {
      if (standing === "known") continue;
      const { head, profiles } = room;
      profiles.observe(original);
      if (isServiceNotice(event, head)) {
        if (!earlierSeam(event, head)) survey.earlierSlice ??= objectMember(event.content, NOTICE) ?? {};
      } else if (!isScaffolding(event, head)) {
        const author = profiles.authorOf(original);
        survey.names.add(author);
        survey.#look(original, position, head);
        if (standing === "new" && !original.repeated) onReplayed?.(position, event, original, author);
      }
    }
    return survey;
  }

  #look(event: OriginalEvent, position: number, { state }: Pick<ManifestHead, "state">): void {
    if (event.repeated) return;
    if (event.redaction) {
      if (event.type === "m.room.redaction") this.#redactedRedactions.add(event.eventId);
      return;
    }
    if (event.type === "m.room.redaction") this.#redactions.set(event.eventId, position);
    const relation = relationOf(event.content);
    if (isPollStart(event.type)) this.#polls.set(event.eventId, this.#tallyOf(event, relation));
    if (!relation.event_id) return;
    if (relation.rel_type === "m.replace") this.#noteEdit(event, relation.event_id);
    const poll = this.#polls.get(relation.event_id);
    if (poll && isPollResponse(event.type)) poll.respond(event);
    else if (poll && isPollEnd(event.type))
      poll.end(event, (userId) => mayRedact(findState(state, "m.room.power_levels")?.content, userId));
  }

  /** An edit of a poll shares the votes of the poll that it changes. */
  #tallyOf(start: OriginalEvent, relation: Relation): PollTally {
    const edited = relation.rel_type === "m.replace" ? this.#polls.get(relation.event_id ?? "") : undefined;
    return edited?.edit(start) ? edited : new PollTally(start);
  }

  #noteEdit(event: OriginalEvent, target: string): void {
    const key = JSON.stringify([target, event.sender, event.type]);
    const known = this.#edits.get(key);
    if (!known || event.ts > known.ts) this.#edits.set(key, { ts: event.ts, winner: event.eventId, tied: false });
    else if (event.ts === known.ts)
      this.#edits.set(key, {
        ts: known.ts,
        tied: true,
        winner: known.winner > event.eventId ? known.winner : event.eventId,
      });
  }

  /**
   * Must this edit get one millisecond more? Homeservers show the edit with the greatest (time, event id), and event ids change:
   * where the greatest time is shared, the edit that won at the source would no longer win.
   */
  winsTie(edit: OriginalEvent, target: string): boolean {
    const edits = this.#edits.get(JSON.stringify([target, edit.sender, edit.type]));
    return edits !== undefined && edits.tied && edits.winner === edit.eventId;
  }

  /** Was this redaction itself taken back, so that it cannot act any more when its turn comes? */
  isRedactedRedaction(eventId: string): boolean {
    return this.#redactedRedactions.has(eventId);
  }

  /** Where in the bundle this redaction stands, if it can still act. */
  redactionAt(eventId: string): number | undefined {
    return this.#redactions.get(eventId);
  }

  poll(eventId: string): PollTally | undefined {
    return this.#polls.get(eventId);
  }
}
