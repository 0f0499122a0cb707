import type { Item, Side } from "./side.ts";

/** The same event on both sides, or one that only one side has. */
export type EventPairing =
  | { kind: "pair"; a: Item; b: Item; inOrder: boolean }
  | { kind: "only_a"; a: Item }
  | { kind: "only_b"; b: Item }
  | { kind: "not_compared"; count: number };

/** So many events out of their order are kept to be compared; further ones are only told of. */
const HELD = 10_000;

/** An iterator of one side with what was taken out of its order. */
class Lane {
  readonly side: Side;
  readonly held = new Map<string, Item>();
  dropped = 0;
  readonly #items: AsyncGenerator<Item[], void, undefined>;
  #batch: Item[] = [];
  #at = 0;
  #isOver = false;

  constructor(side: Side) {
    this.side = side;
    this.#items = side.items();
  }

  /** Undefined: there are no more, or they are still to be read. */
  get item(): Item | undefined {
    return this.#batch[this.#at];
  }

  get mustRead(): boolean {
    return this.#at >= this.#batch.length && !this.#isOver;
  }

  async read(): Promise<void> {
    while (this.mustRead) {
      const { value, done } = await this.#items.next();
      this.#batch = value ?? [];
      this.#at = 0;
      this.#isOver = done === true;
    }
  }

  advance(): void {
    this.#at++;
  }

  hold(item: Item): void {
    if (this.held.size < HELD) this.held.set(item.original.eventId, item);
    else this.dropped++;
    this.advance();
  }

  /** Takes out what was held of this id. */
  release(id: string): Item | undefined {
    const item = this.held.get(id);
    this.held.delete(id);
    return item;
  }

  async close(): Promise<void> {
    await this.#items.return();
  }
}

/**
 * Goes through both bundles side by side, each read once, and pairs the events that have the same original id. Events that moved
 * are paired too, as long as they are not too many. Gives as many at a time as were read at once.
 */
export async function* align(sideA: Side, sideB: Side): AsyncGenerator<EventPairing[], void, undefined> {
  const a = new Lane(sideA);
  const b = new Lane(sideB);
  let found: EventPairing[] = [];
  try {
    for (;;) {
      if (a.mustRead || b.mustRead) {
        yield found;
        found = [];
        await Promise.all([a.read(), b.read()]);
      }
      const { item } = a;
      if (!item && !b.item) break;
      if (item && b.item && item.original.eventId === b.item.original.eventId) {
        found.push({ kind: "pair", a: item, b: b.item, inOrder: true });
        a.advance();
        b.advance();
      } else found.push(...step(a, b));
    }
    const count = Math.max(a.dropped, b.dropped);
    if (count > 0) found.push({ kind: "not_compared", count });
    yield found;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** The two sides are not at the same event: leaves at least one of theirs behind. */
function* step(a: Lane, b: Lane): Generator<EventPairing, void, undefined> {
  const itemA = a.item;
  const itemB = b.item;
  const heldForA = itemA && b.release(itemA.original.eventId);
  const heldForB = itemB && a.release(itemB.original.eventId);
  if (itemA && heldForA) {
    yield { kind: "pair", a: itemA, b: heldForA, inOrder: false };
    a.advance();
  }
  if (itemB && heldForB) {
    yield { kind: "pair", a: heldForB, b: itemB, inOrder: false };
    b.advance();
  }
  if (heldForA || heldForB) return;
  const aheadOfA = itemA && distance(itemA, a.side, b);
  const aheadOfB = itemB && distance(itemB, b.side, a);
  if (itemA && aheadOfA === undefined) {
    yield { kind: "only_a", a: itemA };
    a.advance();
  } else if (itemB && aheadOfB === undefined) {
    yield { kind: "only_b", b: itemB };
    b.advance();
  } else {
    if (itemA && (aheadOfA ?? 0) >= (aheadOfB ?? 0)) a.hold(itemA);
    if (itemB && (aheadOfB ?? 0) >= (aheadOfA ?? 0)) b.hold(itemB);
  }
}

/** How far ahead the other side has this event; undefined where it does not have it, or had it already for another one. */
function distance(item: Item, side: Side, other: Lane): number | undefined {
  const id = item.original.eventId;
  if (side.byOrigin.get(id) !== item.position) return undefined;
  const there = other.side.byOrigin.get(id);
  if (there === undefined) return undefined;
  return Math.max(0, there - (other.item?.position ?? there));
}
