import { isUtf8 } from "node:buffer";
import { BundleError } from "../faults.ts";
import { MAX_DEPTH, MAX_KEY_BYTES } from "../limits.ts";

/** What becomes of a member of the document. */
export interface MemberRule {
  /** `list` and `map`: its elements are handed out one by one; `whole`: the member as one text */
  form: "whole" | "list" | "map";
  /** bytes that one text may have */
  limit: number;
  /** only pass over it */
  skip?: boolean;
}

export interface SplitterSink {
  rule(name: string): MemberRule;
  /**
   * `key`: the key or index of an element; undefined for a whole member. `members`: how many members all objects in the text have,
   * counted with those that stand there twice
   */
  text(name: string, key: string | number | undefined, json: string, members: number): void;
}

const START = 0;
const FIRST_KEY = 1;
const KEY = 2;
const KEY_TEXT = 3;
const COLON = 4;
const VALUE = 5;
const AFTER = 6;
const TEXT = 7;
const SCALAR = 8;
const END = 9;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON_BYTE = 0x3a;

/** 1: white space; 2: opens; 3: closes; 4: quote; 5: stands between the name and the value of a member */
const KIND = new Uint8Array(256);
for (const space of [0x20, 0x09, 0x0a, 0x0d]) KIND[space] = 1;
for (const open of [0x5b, 0x7b]) KIND[open] = 2;
for (const close of [0x5d, 0x7d]) KIND[close] = 3;
KIND[QUOTE] = 4;
KIND[COLON_BYTE] = 5;

/** An object or array whose inside is handed out: the document itself, or a split member. */
interface Level {
  isMap: boolean;
  rule: MemberRule | undefined;
  index: number;
  key: string;
}

/**
 * Takes a JSON document (RFC 8259) apart as its bytes arrive, in any white space and order of members, holding one element at a
 * time. What it hands out is valid UTF-8 and balanced, and still to be parsed.
 * @throws BundleError from `write` and `end`: manifest_syntax, manifest_truncated, element_too_large, element_too_deep
 */
export class JsonSplitter {
  readonly #sink: SplitterSink;
  #state = START;
  readonly #document: Level = { isMap: true, rule: undefined, index: 0, key: "" };
  #inside: Level | undefined;
  #parts: Buffer[] = [];
  #length = 0;
  #depth = 0;
  #members = 0;
  #inString = false;
  #escaped = false;

  constructor(sink: SplitterSink) {
    this.#sink = sink;
  }

  /** `chunk` may be written over afterwards. */
  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === TEXT) at = this.#readText(chunk, at);
      else if (this.#state === KEY_TEXT) at = this.#readKey(chunk, at);
      else if (this.#state === SCALAR) at = this.#readScalar(chunk, at);
      else {
        const byte = chunk[at] as number;
        if (KIND[byte] === 1) at++;
        else at = this.#readStructure(byte, at);
      }
    }
    // the beginning of a text that goes on in the next chunk
    const last = this.#parts.pop();
    if (last) this.#parts.push(Buffer.from(last));
  }

  end(): void {
    if (this.#state !== END) throw new BundleError("manifest_truncated");
  }

  get #level(): Level {
    return this.#inside ?? this.#document;
  }

  get #rule(): MemberRule {
    return this.#document.rule as MemberRule;
  }

  get #where(): string {
    return this.#inside
      ? `/${placeName(this.#document.key)}/${this.#inside.index}`
      : `/${placeName(this.#document.key)}`;
  }

  #syntax(): BundleError {
    return new BundleError("manifest_syntax", this.#where);
  }

  /** A byte between texts that is not white space. Gives the position to go on from. */
  #readStructure(byte: number, at: number): number {
    const level = this.#level;
    switch (this.#state) {
      case START:
        if (byte !== 0x7b) throw this.#syntax();
        this.#state = FIRST_KEY;
        return at + 1;
      case FIRST_KEY:
      case KEY:
        if (byte === QUOTE) {
          this.#state = KEY_TEXT;
          return at + 1;
        }
        if (byte === 0x7d && this.#state === FIRST_KEY) return this.#leave(at);
        throw this.#syntax();
      case COLON:
        if (byte !== COLON_BYTE) throw this.#syntax();
        this.#state = VALUE;
        return at + 1;
      case VALUE:
        return this.#startValue(byte, at);
      case AFTER:
        if (byte === COMMA) {
          level.index++;
          this.#state = level.isMap ? KEY : VALUE;
          return at + 1;
        }
        if (byte === (level.isMap ? 0x7d : 0x5d)) return this.#leave(at);
        throw this.#syntax();
      default:
        throw this.#syntax();
    }
  }

  #leave(at: number): number {
    this.#state = this.#inside ? AFTER : END;
    this.#inside = undefined;
    return at + 1;
  }

  #startValue(byte: number, at: number): number {
    const inside = this.#inside;
    if (!inside && this.#rule.form !== "whole") {
      const isMap = this.#rule.form === "map";
      if (byte !== (isMap ? 0x7b : 0x5b)) throw new BundleError("member_shape", this.#where);
      this.#inside = { isMap, rule: undefined, index: 0, key: "" };
      this.#state = isMap ? FIRST_KEY : VALUE;
      return at + 1;
    }
    if (inside && !inside.isMap && inside.index === 0 && byte === 0x5d) return this.#leave(at);
    const kind = KIND[byte];
    this.#depth = 0;
    if (kind === 2 || kind === 4) this.#state = TEXT;
    else if (kind === 3 || byte === COMMA) throw this.#syntax();
    else this.#state = SCALAR;
    return at;
  }

  /** An object, array or string: to its closing byte. */
  #readText(chunk: Buffer, from: number): number {
    const end = chunk.length;
    let at = from;
    let depth = this.#depth;
    let inString = this.#inString;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    while (at < end) {
      let byte = chunk[at] as number;
      if (inString) {
        while (byte !== QUOTE && byte !== BACKSLASH && ++at < end) byte = chunk[at] as number;
        if (at >= end) break;
        if (byte === BACKSLASH) {
          at += 2;
          if (at > end) this.#escaped = true;
          continue;
        }
        inString = false;
        at++;
        if (depth > 0) continue;
      } else {
        let kind = KIND[byte] as number;
        while (kind < 2 && ++at < end) kind = KIND[chunk[at] as number] as number;
        if (at >= end) break;
        at++;
        if (kind === 4) {
          inString = true;
          continue;
        }
        if (kind === 5) {
          this.#members++;
          continue;
        }
        depth += kind === 2 ? 1 : -1;
        if (depth > MAX_DEPTH) throw new BundleError("element_too_deep", this.#where);
        if (depth > 0) continue;
      }
      this.#inString = false;
      this.#take(chunk, from, at, this.#rule.limit);
      this.#finishValue();
      return at;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#take(chunk, from, end, this.#rule.limit);
    return end;
  }

  /** A number, true, false or null: to what follows it. */
  #readScalar(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at] as number;
      if (byte === COMMA || KIND[byte] === 1 || KIND[byte] === 3) break;
      at++;
    }
    this.#take(chunk, from, at, this.#rule.limit);
    if (at < chunk.length) this.#finishValue();
    return at;
  }

  #readKey(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    while (at < chunk.length && chunk[at] !== QUOTE) at += chunk[at] === BACKSLASH ? 2 : 1;
    if (at > chunk.length) this.#escaped = true;
    this.#take(chunk, from, Math.min(at, chunk.length), MAX_KEY_BYTES);
    if (at >= chunk.length) return chunk.length;
    const key = this.#parseKey(this.#text());
    this.#level.key = key;
    if (!this.#inside) this.#document.rule = this.#sink.rule(key);
    this.#state = COLON;
    return at + 1;
  }

  #parseKey(text: string): string {
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      throw this.#syntax();
    }
  }

  #take(chunk: Buffer, from: number, to: number, limit: number): void {
    this.#length += to - from;
    if (this.#length > limit) throw new BundleError("element_too_large", this.#where);
    if (to > from && !(this.#document.rule?.skip && this.#state !== KEY_TEXT))
      this.#parts.push(chunk.subarray(from, to));
  }

  #text(): string {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    if (!isUtf8(bytes)) throw this.#syntax();
    return bytes.toString("utf8");
  }

  #finishValue(): void {
    const inside = this.#inside;
    const name = this.#document.key;
    this.#state = AFTER;
    const members = this.#members;
    this.#members = 0;
    if (this.#rule.skip) this.#length = 0;
    else if (inside) this.#sink.text(name, inside.isMap ? inside.key : inside.index, this.#text(), members);
    else this.#sink.text(name, undefined, this.#text(), members);
  }
}

/** The names of members that this version knows may appear in a message; others are somebody's text. */
function placeName(key: string): string {
  return /^(?:events|state|senders|media|ledger|room|coverage|counts|source)$/.test(key) ? key : "";
}
