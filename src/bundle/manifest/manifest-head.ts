import { isUserId } from "../../matrix/ids.ts";
import { measure, member, parseJson, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { BundleError } from "../faults.ts";
import type { MemberRule } from "./json-splitter.ts";
import {
  MAX_ELEMENT_BYTES,
  MAX_EVENT_BYTES,
  MAX_HEAD_BYTES,
  MAX_HEAD_WEIGHT,
  MAX_MEMBERS,
  MAX_UNKNOWN_WEIGHT,
  VALUE_BYTES,
} from "../limits.ts";
import { FORMAT, FORMAT_VERSION, type BundleEvent, type LedgerEntry, type ManifestHead } from "./manifest.ts";
import type { MediaEntry, Sender } from "./manifest.ts";
import { expectShape, shapes } from "./schema.ts";

const WHOLE = [
  "format",
  "format_version",
  "generator",
  "exported_at",
  "exported_by",
  "source",
  "room",
  "coverage",
  "counts",
];
/** Names what a reader must understand. */
export const CRITICAL = "critical";
const SPLIT = ["senders", "media", "ledger", "state"];

/** How each member of a manifest is taken apart; members that this version does not know are read as a whole. */
export function memberRule(name: string): MemberRule {
  switch (name) {
    case "events":
    case "state":
      return { form: "list", limit: MAX_EVENT_BYTES };
    case "ledger":
      return { form: "list", limit: MAX_ELEMENT_BYTES };
    case "senders":
    case "media":
      return { form: "map", limit: MAX_ELEMENT_BYTES };
    default:
      return { form: "whole", limit: MAX_ELEMENT_BYTES };
  }
}

/**
 * Parses a text in which so many members were counted; undefined: it is not to be doubted.
 * @throws BundleError manifest_syntax; member_duplicate where an object in it has a member twice: another reader might take the other
 */
export function parseText(json: string, where: string, members?: number): { value: JsonValue; values: number } {
  let value: JsonValue;
  try {
    value = parseJson(json);
  } catch {
    throw new BundleError("manifest_syntax", where);
  }
  const found = measure(value);
  if (members !== undefined && found.members !== members) throw new BundleError("member_duplicate", where);
  return { value, values: found.values };
}

/** Hears of every state event; `source`: where the manifest has named it before. */
export type StateListener = (event: BundleEvent, source: ManifestHead["source"] | undefined) => void;

/** Puts a manifest's head together from its texts, checking the shape of each. */
export class HeadBuilder {
  readonly #whole = new Map<string, JsonValue>();
  readonly #seen = new Set<string>();
  readonly #senders = new Map<string, Sender>();
  readonly #media = new Map<string, MediaEntry>();
  readonly #ledger: LedgerEntry[] = [];
  readonly #state: BundleEvent[] = [];
  #bytes = 0;
  #weight = 0;
  #unknownWeight = 0;
  readonly #keepsState: (type: string) => boolean;
  readonly #eachState: StateListener | undefined;
  #source: ManifestHead["source"] | undefined;

  /** `keepsState`: of which types to keep the state events; all are checked, and shown to `eachState` */
  constructor(keepsState: (type: string) => boolean, eachState?: StateListener) {
    this.#keepsState = keepsState;
    this.#eachState = eachState;
  }

  /** A member begins. @throws BundleError member_duplicate, manifest_too_large */
  begin(name: string): void {
    if (this.#seen.has(name)) throw new BundleError("member_duplicate", known(name) ? `/${name}` : "/");
    this.#seen.add(name);
    if (this.#seen.size > MAX_MEMBERS) throw new BundleError("manifest_too_large");
  }

  /** Of the members that nobody knows, so far. */
  get unknownWeight(): number {
    return this.#unknownWeight;
  }

  /** Has everything been seen that must stand in a head? */
  get complete(): boolean {
    return [...WHOLE, ...SPLIT].every((name) => this.#seen.has(name));
  }

  /** The names of the members seen so far. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  /**
   * @throws BundleError format_unknown, version_unknown, member_shape, member_duplicate, manifest_syntax, manifest_too_large
   */
  text(name: string, key: string | number | undefined, json: string, members: number): void {
    const bytes = Buffer.byteLength(json) + Buffer.byteLength(typeof key === "string" ? key : "");
    this.#bytes += bytes;
    if (this.#bytes > MAX_HEAD_BYTES) throw new BundleError("manifest_too_large");
    const where = this.#where(name, key);
    const { value, values } = parseText(json, where, members);
    const weight = bytes + VALUE_BYTES * values;
    if (name !== "state") this.#weight += weight;
    if (!known(name)) this.#unknownWeight += weight;
    if (this.#weight > MAX_HEAD_WEIGHT || this.#unknownWeight > MAX_UNKNOWN_WEIGHT)
      throw new BundleError("manifest_too_large");
    if (key === undefined) this.#member(name, value);
    else if (typeof key === "string") this.#entry(name, key, value, where);
    else if (name === "ledger") this.#ledger.push(expectShape(shapes.ledgerEntry, value, where));
    else this.#stateEvent(value, where);
  }

  #where(name: string, key: string | number | undefined): string {
    if (key === undefined) return known(name) ? `/${name}` : "/";
    if (typeof key === "number") return `/${name}/${key}`;
    return `/${name}/${shapes.sha256(key) ? key : name === "senders" ? this.#senders.size : this.#media.size}`;
  }

  /** Another format or version may be of any shape: say so before anything else is found wrong. */
  #member(name: string, value: JsonValue): void {
    if (name === "format" && value !== FORMAT) throw new BundleError("format_unknown");
    if (name === "format_version" && value !== FORMAT_VERSION) throw new BundleError("version_unknown");
    // what nobody knows is checked, but not kept: it would only take memory
    if (known(name)) this.#whole.set(name, value);
    if (name === "source") this.#source = expectShape(shapes.source, value, "/source");
    if (name === CRITICAL) this.#whole.set(name, value);
  }

  #entry(name: string, key: string, value: JsonValue, where: string): void {
    const map: Map<string, Sender | MediaEntry> = name === "senders" ? this.#senders : this.#media;
    if (map.has(key)) throw new BundleError("member_duplicate", where);
    if (name === "senders") {
      if (!isUserId(key)) throw new BundleError("member_shape", where);
      this.#senders.set(key, expectShape(shapes.sender, value, where));
    } else this.#media.set(expectShape(shapes.sha256, key, where), expectShape(shapes.mediaFile, value, where));
  }

  #stateEvent(value: JsonValue, where: string): void {
    const event = expectShape(shapes.stateEvent, value, where);
    if (!hasUserIds(event)) throw new BundleError("member_shape", where);
    this.#eachState?.(event, this.#source);
    if (this.#keepsState(event.type)) this.#state.push(event);
  }

  /** @throws BundleError format_unknown, member_missing, member_shape */
  finish(): ManifestHead {
    const value = (name: string): JsonValue => this.#whole.get(name) ?? null;
    if (!this.#seen.has("format")) throw new BundleError("format_unknown");
    for (const name of [...WHOLE, ...SPLIT])
      if (!this.#seen.has(name)) throw new BundleError("member_missing", `/${name}`);
    if (this.#seen.has(CRITICAL)) refuseExtensions(value(CRITICAL));
    const head: ManifestHead = {
      format: FORMAT,
      format_version: FORMAT_VERSION,
      generator: expectShape(shapes.generator, value("generator"), "/generator"),
      exported_at: expectShape(shapes.exported_at, value("exported_at"), "/exported_at"),
      exported_by: expectShape(shapes.exported_by, value("exported_by"), "/exported_by"),
      source: expectShape(shapes.source, value("source"), "/source"),
      room: expectShape(shapes.room, value("room"), "/room"),
      coverage: expectShape(shapes.coverage, value("coverage"), "/coverage"),
      counts: expectShape(shapes.counts, value("counts"), "/counts"),
      senders: this.#senders,
      media: this.#media,
      ledger: this.#ledger,
      state: this.#state,
    };
    if (this.#seen.has("decryption"))
      head.decryption = expectShape(shapes.decryption, value("decryption"), "/decryption");
    if (this.#seen.has("viewer")) head.viewer = expectShape(shapes.viewer, value("viewer"), "/viewer");
    if (!isInstant(head.exported_at)) throw new BundleError("member_shape", "/exported_at");
    return head;
  }
}

/** This version of the format has no extensions, so that each that a bundle needs is unknown. @throws BundleError */
export function refuseExtensions(critical: JsonValue): never {
  throw new BundleError(shapes.critical(critical) ? "extension_unknown" : "member_shape", `/${CRITICAL}`);
}

/** Is it a day of the calendar, and a time of the clock? */
function isInstant(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
}

function known(name: string): boolean {
  return (
    name === "events" || name === "viewer" || name === "decryption" || WHOLE.includes(name) || SPLIT.includes(name)
  );
}

/** The schema counts characters, user ids are measured in bytes. */
function hasUserIds(event: BundleEvent): boolean {
  const because = event.unsigned === undefined ? undefined : stringMember(redactionIn(event.unsigned), "sender");
  const author = event[IMPORTED_SENDER];
  return (
    isUserId(event.sender) &&
    (author === undefined || isUserId(author.user_id)) &&
    (because === undefined || isUserId(because))
  );
}

function redactionIn(unsigned: JsonObject): JsonValue | undefined {
  return member(unsigned, "redacted_because");
}

/** What may be shown in a message. */
const EVENT_ID = /^\$[!-~]{1,254}$/;

/**
 * `members`: how many were counted in the text; undefined for one that this program has written.
 * @throws BundleError event_shape, manifest_syntax, member_duplicate
 */
export function parseEvent(json: string, index: number, members?: number): BundleEvent {
  const value: unknown = parseText(json, `/events/${index}`, members).value;
  if (shapes.event(value) && hasUserIds(value)) return value;
  const id = stringMember(value, "event_id");
  throw new BundleError("event_shape", `/events/${index}`, id && EVENT_ID.test(id) ? id : undefined);
}
