import * as z from "zod/mini";
import { BundleError } from "../../../src/bundle/faults.ts";
import { MAX_ELEMENT_BYTES, MAX_EVENT_BYTES } from "../../../src/bundle/limits.ts";
import type { MemberRule, SplitterSink } from "../../../src/bundle/manifest/json-splitter.ts";
import { HEAD, type BundleLook } from "./bundle-look.ts";

const AUTHOR = z.object({ user_id: z.string(), display_name: z.catch(z.nullable(z.string()), null) });
const EVENT = z.object({
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  _imported_sender: z.optional(AUTHOR),
});
const SENDER = z.object({ display_name: z.nullable(z.string()) });
/** Names of so many people are kept, and of so many how much they wrote. */
const MOST_PEOPLE = 20_000;
const SHOWN = new Set(["format", "format_version", ...Object.keys(HEAD.shape)]);

/** Takes of a manifest what is shown, as its bytes go by; events are counted, not kept. */
export class ManifestCensus implements SplitterSink {
  readonly #head: Record<string, unknown> = {};
  readonly #names = new Map<string, string>();
  readonly #events = new Map<string, number>();
  #first = Infinity;
  #last = -Infinity;
  /** events so far */
  done = 0;

  rule(name: string): MemberRule {
    if (name === "events") return { form: "list", limit: MAX_EVENT_BYTES };
    if (name === "senders") return { form: "map", limit: MAX_ELEMENT_BYTES };
    if (name === "state") return { form: "list", limit: MAX_EVENT_BYTES, skip: true };
    if (name === "ledger") return { form: "list", limit: MAX_ELEMENT_BYTES, skip: true };
    if (name === "media") return { form: "map", limit: MAX_ELEMENT_BYTES, skip: true };
    return { form: "whole", limit: MAX_ELEMENT_BYTES, skip: !SHOWN.has(name) };
  }

  text(name: string, key: string | number | undefined, json: string): void {
    const value = parsed(json);
    if (name === "events") this.#event(value);
    else if (name === "senders") this.#sender(String(key), value);
    else this.#head[name] = value;
  }

  /** How many events the manifest says that it has; undefined where that stands behind them. */
  get total(): number | undefined {
    return HEAD.shape.counts.safeParse(this.#head["counts"]).data?.events;
  }

  /** @throws BundleError where it is not the manifest of a bundle that this page knows */
  result(signed: boolean): BundleLook {
    if (this.#head["format"] !== "io.roomporter.bundle") throw new BundleError("format_unknown");
    if (this.#head["format_version"] !== 1) throw new BundleError("version_unknown");
    const head = HEAD.safeParse(this.#head);
    if (!head.success) throw new BundleError("member_shape");
    const people = [...this.#events]
      .map(([userId, events]) => ({ userId, name: this.#names.get(userId) ?? userId, events }))
      .toSorted((a, b) => b.events - a.events);
    const span = this.#last < this.#first ? null : { first: this.#first, last: this.#last };
    return { head: head.data, signed, span, people };
  }

  #event(value: unknown): void {
    this.done++;
    const event = EVENT.safeParse(value);
    if (!event.success) throw new BundleError("event_shape");
    const { type, sender, origin_server_ts: at, _imported_sender: author } = event.data;
    if (type !== "m.room.message") return;
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
    const userId = author?.user_id ?? sender;
    if (this.#events.has(userId) || this.#events.size < MOST_PEOPLE)
      this.#events.set(userId, (this.#events.get(userId) ?? 0) + 1);
    if (author !== undefined) this.#name(author.user_id, author.display_name);
  }

  #sender(userId: string, value: unknown): void {
    this.#name(userId, SENDER.safeParse(value).data?.display_name ?? null);
  }

  #name(userId: string, name: string | null): void {
    if (name !== null && !this.#names.has(userId) && this.#names.size < MOST_PEOPLE) this.#names.set(userId, name);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new BundleError("manifest_syntax");
  }
}
