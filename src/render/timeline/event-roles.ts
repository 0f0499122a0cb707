import type { OriginalEvent } from "../../bundle/original.ts";
import { IdIndex } from "../../bundle/verify/id-index.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { partOf, type Before, type Part, type Role } from "./role.ts";

const NONE = -1;

/** An event that was taken: what it is, its place in the timeline, and the number of the message or change that it is. */
export interface TakenEvent {
  part: Part;
  position: number;
  item: number | undefined;
}

/** What each event of a timeline is to a reader, by what came before it; some dozens of bytes an event. */
export class EventRoles implements Before {
  readonly #ids = new IdIndex();
  readonly #itemOfEvent = new GrowingNumbers();
  readonly #roles: Role[] = [];
  readonly #senders: string[] = [];
  readonly #senderNumbers = new Map<string, number>();
  readonly #senderOfItem = new GrowingNumbers();

  /** How many messages and changes there are. */
  get items(): number {
    return this.#senderOfItem.length;
  }

  /** The next event. */
  take(original: OriginalEvent): TakenEvent {
    const part = partOf(original, this);
    const isItem = part.role === "message" || part.role === "change";
    const item = isItem ? this.#senderOfItem.push(this.#numberOf(original.sender)) : undefined;
    this.#roles.push(part.role);
    const position = this.#itemOfEvent.push(item ?? NONE);
    this.#ids.add(original.eventId, position);
    if (original.bundleId !== original.eventId) this.#ids.add(original.bundleId, position);
    return { part, position, item };
  }

  /** An event turned out to be another thing by what came after it. */
  change(position: number, role: Role): void {
    this.#roles[position] = role;
    if (role === "moved") this.#itemOfEvent.set(position, NONE);
  }

  /** What the event at this place of the timeline is. */
  roleAt(position: number): Role {
    return this.#roles[position] ?? "none";
  }

  knows(id: string): boolean {
    return this.#ids.has(id);
  }

  itemOf(id: string): number | undefined {
    const position = this.#ids.get(id);
    const item = position === undefined ? NONE : this.#itemOfEvent.at(position);
    return item === NONE ? undefined : item;
  }

  senderOf(item: number): string {
    return this.#senders[this.#senderOfItem.at(item)] ?? "";
  }

  #numberOf(sender: string): number {
    const known = this.#senderNumbers.get(sender);
    if (known !== undefined) return known;
    this.#senderNumbers.set(sender, this.#senders.length);
    return this.#senders.push(sender) - 1;
  }
}
