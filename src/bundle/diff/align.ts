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
  item: Item | undefined;
  dropped = 0;
  readonly #items: AsyncGenerator<Item, void, undefined>;

  constructor(side: Side) {
    this.side = side;
    this.#items = side.items();
  }

  async advance(): Promise<void> {
    const { value } = await this.#items.next();
    this.item = value ?? undefined;
  }

  async hold(item: Item): Promise<void> {
    if (this.held.size < HELD) this.held.set(item.original.eventId, item);
    else this.dropped++;
    await this.advance();
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
 * are paired too, as long as they are not too many.
 */
export async function* align(sideA: Side, sideB: Side): AsyncGenerator<EventPairing, void, undefined> {
  const a = new Lane(sideA);
  const b = new Lane(sideB);
  try {
    await Promise.all([a.advance(), b.advance()]);
    while (a.item || b.item) {
      if (a.item && a.item.original.eventId === b.item?.original.eventId) {
        yield { kind: "pair", a: a.item, b: b.item, inOrder: true };
        await Promise.all([a.advance(), b.advance()]);
      } else yield* step(a, b);
    }
    const count = Math.max(a.dropped, b.dropped);
    if (count > 0) yield { kind: "not_compared", count };
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** The two sides are not at the same event: leaves at least one of theirs behind. */
async function* step(a: Lane, b: Lane): AsyncGenerator<EventPairing, void, undefined> {
  const itemA = a.item;
  const itemB = b.item;
  const heldForA = itemA && b.release(itemA.original.eventId);
  const heldForB = itemB && a.release(itemB.original.eventId);
  if (itemA && heldForA) {
    yield { kind: "pair", a: itemA, b: heldForA, inOrder: false };
    await a.advance();
  }
  if (itemB && heldForB) {
    yield { kind: "pair", a: heldForB, b: itemB, inOrder: false };
    await b.advance();
  }
  if (heldForA || heldForB) return;
  const aheadOfA = itemA && distance(itemA, a.side, b);
  const aheadOfB = itemB && distance(itemB, b.side, a);
  if (itemA && aheadOfA === undefined) {
    yield { kind: "only_a", a: itemA };
    await a.advance();
  } else if (itemB && aheadOfB === undefined) {
    yield { kind: "only_b", b: itemB };
    await b.advance();
  } else {
    if (itemA && (aheadOfA ?? 0) >= (aheadOfB ?? 0)) await a.hold(itemA);
    if (itemB && (aheadOfB ?? 0) >= (aheadOfA ?? 0)) await b.hold(itemB);
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
