import type { BundleEvent, ManifestHead, ManifestRoom } from "../../../src/bundle/manifest/manifest.ts";
import { isScaffolding, originalOf } from "../../../src/bundle/original.ts";
import { isCounted } from "../../../src/render/timeline/activity.ts";
import { EventRoles } from "../../../src/render/timeline/event-roles.ts";

/** Names of so many people are kept, and of so many how much they wrote. */
const MOST_PEOPLE = 20_000;

/** What tells the events that an import brought from others. */
export interface Origins {
  source: ManifestHead["source"];
  room: Pick<ManifestRoom, "imported_by">;
}

/** Messages as whoever opens the bundle finds them counted: by whom they first were, edits and removed ones not among them. */
export class MessageCount {
  readonly #roles = new EventRoles();
  readonly #people = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #total = 0;
  #first = Infinity;
  #last = -Infinity;

  add(event: BundleEvent, head: Origins): void {
    const original = originalOf(event, head.source);
    const { sender, ts, author } = original;
    if (author !== undefined) this.name(sender, author.display_name);
    if (isScaffolding(event, head)) return;
    if (this.#roles.take(original).part.role !== "message" || !isCounted(original)) return;
    this.#total++;
    this.#first = Math.min(this.#first, ts);
    this.#last = Math.max(this.#last, ts);
    if (this.#people.has(sender) || this.#people.size < MOST_PEOPLE)
      this.#people.set(sender, (this.#people.get(sender) ?? 0) + 1);
  }

  name(userId: string, name: string | null): void {
    if (name !== null && !this.#names.has(userId) && this.#names.size < MOST_PEOPLE) this.#names.set(userId, name);
  }

  get total(): number {
    return this.#total;
  }

  /** milliseconds since the epoch; null: there are none */
  get span(): { first: number; last: number } | null {
    return this.#last < this.#first ? null : { first: this.#first, last: this.#last };
  }

  /** Who wrote most first. */
  get people(): { userId: string; name: string; messages: number }[] {
    return [...this.#people]
      .map(([userId, messages]) => ({ userId, name: this.#names.get(userId) ?? userId, messages }))
      .toSorted((a, b) => b.messages - a.messages);
  }
}
