/** In what two bundles differ. */
export type DifferenceKind =
  | "fault"
  | "event_missing"
  | "event_added"
  | "order"
  | "author"
  | "type"
  | "time"
  | "content"
  | "relation"
  | "redaction"
  | "media"
  | "room";

/** `event_id` is the original id. The message never holds what somebody wrote. */
export interface Difference {
  kind: DifferenceKind;
  message: string;
  event_id?: string;
}

const KEPT = 1000;

/** The differences found: the first thousand of them, and their number. */
export class Differences {
  readonly first: Difference[] = [];
  total = 0;

  add(kind: DifferenceKind, message: string, eventId?: string): void {
    this.total++;
    if (this.first.length < KEPT)
      this.first.push(eventId === undefined ? { kind, message } : { kind, message, event_id: eventId });
  }

  addAll({ first, total }: Differences): void {
    this.total += total;
    this.first.push(...first.slice(0, KEPT - this.first.length));
  }
}
