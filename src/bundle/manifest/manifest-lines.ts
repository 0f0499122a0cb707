import { canonicalJson, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { markPacked, packedOf } from "../archive/packed.ts";
import { MAX_DEPTH, MAX_EVENT_BYTES } from "../limits.ts";
import type { BundleEvent, ManifestHead } from "./manifest.ts";

const STRING = /"(?:[^"\\]|\\.)*"/g;
const BRACKET = /[[\]{}]/g;
const NEWLINE = 0x0a;
const COMMA = 0x2c;

/**
 * The manifest as a writer lays it out (docs/bundle-format.md, "Layout"): one member or element a line, events last.
 * `events`: newline-terminated lines of canonical JSON, one event each, in chunks of any size.
 */
export async function* manifestBytes(
  head: ManifestHead,
  events: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(`{\n${[...headMembers(head)].join(",\n")},\n"events":[\n`);
  yield* withCommas(events);
  yield Buffer.from("]\n}\n");
}

function* headMembers(head: ManifestHead): Generator<string, void, undefined> {
  for (const name of ["format", "format_version", "generator", "exported_at", "exported_by", "source"] as const)
    yield member(name, head[name]);
  for (const name of ["room", "coverage", "counts"] as const) yield member(name, { ...head[name] });
  if (head.viewer) yield member("viewer", { ...head.viewer });
  if (head.decryption) yield `"decryption":${jsonOf(head.decryption)}`;
  yield split("senders", "{}", keyed(head.senders));
  yield split("media", "{}", keyed(head.media));
  yield split("ledger", "[]", head.ledger.map(jsonOf));
  yield split("state", "[]", head.state.map(jsonOf));
}

function jsonOf(value: object): string {
  return canonicalJson(value as JsonObject);
}

function member(name: string, value: JsonValue): string {
  return `${JSON.stringify(name)}:${canonicalJson(value)}`;
}

function keyed(map: ReadonlyMap<string, object>): string[] {
  return [...map.keys()].sort().map((key) => `${JSON.stringify(key)}:${jsonOf(map.get(key) as object)}`);
}

function split(name: string, brackets: "{}" | "[]", elements: string[]): string {
  const lines = elements.length > 0 ? `${elements.join(",\n")}\n` : "";
  return `${JSON.stringify(name)}:${brackets[0]}\n${lines}${brackets[1]}`;
}

/**
 * The line of an event: canonical JSON and a newline.
 * @throws RangeError where it is larger or nested more deeply than a bundle may hold
 */
export function eventLine(event: BundleEvent): string {
  const json = jsonOf(event);
  if (json.length * 3 > MAX_EVENT_BYTES && Buffer.byteLength(json) > MAX_EVENT_BYTES) throw new RangeError("too large");
  // a shorter text cannot open and close so many brackets
  if (json.length > 2 * MAX_DEPTH && depthOf(json) > MAX_DEPTH) throw new RangeError("too deep");
  return `${json}\n`;
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of json.replaceAll(STRING, "").matchAll(BRACKET)) {
    depth += bracket === "{" || bracket === "[" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Puts a comma before every newline but the last. A chunk that is known to pack to something stands for what `joinedLines` makes of it. */
export async function* withCommas(lines: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let lineEnded = false;
  for await (const chunk of lines) {
    if (chunk.length === 0) continue;
    const out = joinedLines(chunk, lineEnded);
    const packed = lineEnded ? packedOf(chunk) : undefined;
    if (packed) markPacked(out, packed);
    lineEnded = chunk[chunk.length - 1] === NEWLINE;
    yield out;
  }
  if (lineEnded) yield Buffer.from("\n");
}

/** The lines of a chunk with commas between them; the newline at its end is left to what follows. `behind`: behind such a one */
export function joinedLines(chunk: Buffer, behind: boolean): Buffer {
  const out = Buffer.allocUnsafe(chunk.length + 2 + countNewlines(chunk));
  let to = 0;
  let from = 0;
  if (behind) to = endLine(out, to);
  for (;;) {
    const at = chunk.indexOf(NEWLINE, from);
    if (at < 0 || at === chunk.length - 1) {
      to += chunk.copy(out, to, from, at >= 0 ? at : chunk.length);
      return out.subarray(0, to);
    }
    to += chunk.copy(out, to, from, at);
    to = endLine(out, to);
    from = at + 1;
  }
}

function endLine(out: Buffer, at: number): number {
  out[at] = COMMA;
  out[at + 1] = NEWLINE;
  return at + 2;
}

function countNewlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
