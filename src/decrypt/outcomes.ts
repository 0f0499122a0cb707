import type { LedgerEntry } from "../bundle/manifest/manifest.ts";

/** Why an encrypted event has no plain text in the bundle, with the code of the ledger. */
const CLOSED = {
  no_key: "no key for it was given",
  later_index: "the key that was given only opens later messages of its session",
  malformed: "it is damaged, or its key is not the right one",
  unknown_algorithm: "it is encrypted in a way that is not known",
  replayed: "another event holds the same ciphertext: only the first one counts",
  other_sender: "its session belongs to another sender",
  not_allowed: "it claims to be what is never encrypted (a state event, a redaction or the like)",
  too_large: "it is too large with its plain text",
} as const;

export type Closed = keyof typeof CLOSED;

/** So many sessions are named one by one. */
const MOST_NAMED = 10_000;

interface Group {
  events: number;
  first: string;
}

/** Counts what could not be decrypted, by reason and session, for the ledger: many events share a missing key. */
export class Outcomes {
  encrypted = 0;
  decrypted = 0;
  readonly closed: Partial<Record<Closed, number>> = {};
  readonly #groups = new Map<Closed, Map<string, Group>>();
  readonly #others: LedgerEntry[] = [];

  close(why: Closed, eventId: string, sessionId: string | undefined): void {
    this.closed[why] = (this.closed[why] ?? 0) + 1;
    const sessions = this.#groups.get(why) ?? new Map<string, Group>();
    this.#groups.set(why, sessions);
    const key = sessions.size < MOST_NAMED ? (sessionId ?? "") : "";
    const group = sessions.get(key) ?? { events: 0, first: eventId };
    group.events++;
    sessions.set(key, group);
  }

  /** Something else that did not go as it should. */
  note(entry: LedgerEntry): void {
    this.#others.push(entry);
  }

  /** Sorted by reason; each entry names the first of its events. */
  get ledger(): LedgerEntry[] {
    const entries = (Object.keys(CLOSED) as Closed[]).flatMap((why) =>
      [...(this.#groups.get(why) ?? [])].map(([, { events, first }]): LedgerEntry => {
        const more = events === 1 ? "" : ` (the same holds for ${String(events - 1)} more of its session)`;
        return {
          code: `decryption_${why}`,
          message: `This encrypted event was not decrypted: ${CLOSED[why]}${more}.`,
          event_id: first,
        };
      }),
    );
    return [...entries, ...this.#others];
  }
}
