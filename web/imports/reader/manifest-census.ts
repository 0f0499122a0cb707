import * as z from "zod/mini";
import { BundleError } from "../../../src/bundle/faults.ts";
import { MAX_ELEMENT_BYTES, MAX_EVENT_BYTES } from "../../../src/bundle/limits.ts";
import type { MemberRule, SplitterSink } from "../../../src/bundle/manifest/json-splitter.ts";
import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { parseClientEvent } from "../../../src/matrix/event.ts";
import { member, type JsonValue } from "../../../src/matrix/json.ts";
import { IMPORTED_SENDER } from "../../../src/matrix/names.ts";
import { HEAD, type BundleLook } from "./bundle-look.ts";
import { MessageCount, type Origins } from "./message-count.ts";

const AUTHOR = z.object({
  user_id: z.string(),
  display_name: z.catch(z.nullable(z.string()), null),
  avatar: z.catch(z.nullable(z.string()), null),
});
const ORIGINS = z.object({
  source: z.object({ server_name: z.string(), room_id: z.string() }),
  room: z.object({ imported_by: z.optional(z.string()) }),
});
/** Where the events stand before the head, nothing is taken for imported. */
const UNKNOWN: Origins = { source: { server_name: "", room_id: "" }, room: {} };
const SENDER = z.object({ display_name: z.nullable(z.string()) });
const SHOWN = new Set(["format", "format_version", ...Object.keys(HEAD.shape)]);

/** Takes of a manifest what is shown, as its bytes go by; events are counted, not kept. */
export class ManifestCensus implements SplitterSink {
  readonly #head: Record<string, unknown> = {};
  readonly #messages = new MessageCount();
  #origins: Origins | undefined;
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
    const { total: messages, span, people } = this.#messages;
    return { head: head.data, signed, messages, span, people };
  }

  #event(value: JsonValue): void {
    this.done++;
    const event: BundleEvent | undefined = parseClientEvent(value);
    if (event === undefined) throw new BundleError("event_shape");
    const author = AUTHOR.safeParse(member(value, IMPORTED_SENDER)).data;
    if (author) event[IMPORTED_SENDER] = author;
    this.#origins ??= originsIn(this.#head);
    this.#messages.add(event, this.#origins);
  }

  #sender(userId: string, value: unknown): void {
    this.#messages.name(userId, SENDER.safeParse(value).data?.display_name ?? null);
  }
}

function originsIn(head: Record<string, unknown>): Origins {
  const known = ORIGINS.safeParse(head).data;
  if (!known) return UNKNOWN;
  const { imported_by: importer } = known.room;
  return { source: known.source, room: importer === undefined ? {} : { imported_by: importer } };
}

function parsed(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    throw new BundleError("manifest_syntax");
  }
}
