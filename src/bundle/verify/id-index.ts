/** Of a slot: two hashes and the number, one more than it is; 0 where the slot is free. They stand together, for each place of memory costs. */
const SLOT = 3;

/**
 * Numbers by event id, for millions of ids: 12 bytes a slot, no objects. An id is known by 64 bits of hash, seeded anew in every
 * process, so that two different ids are practically never taken for one.
 */
export class IdIndex {
  static readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  #slots = new Int32Array(1024 * SLOT);
  #mask = 1023;
  #size = 0;
  #hash1 = 0;
  #hash2 = 0;

  get size(): number {
    return this.#size;
  }

  /** Sets the number (0 or more) of an id that has none yet. Gives the number that it had, or undefined. */
  add(id: string, value: number): number | undefined {
    this.#hash(id);
    if ((this.#size + 1) * 2 > this.#mask) this.#grow();
    const at = this.#find(this.#hash1, this.#hash2);
    const known = this.#slots[at + 2] as number;
    if (known !== 0) return known - 1;
    this.#set(at, this.#hash1, this.#hash2, value + 1);
    this.#size++;
    return undefined;
  }

  get(id: string): number | undefined {
    this.#hash(id);
    const value = this.#slots[this.#find(this.#hash1, this.#hash2) + 2] as number;
    return value === 0 ? undefined : value - 1;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** Another index of the same ids and numbers. */
  copy(): IdIndex {
    const copy = new IdIndex();
    copy.#slots = this.#slots.slice();
    copy.#mask = this.#mask;
    copy.#size = this.#size;
    return copy;
  }

  /** How many of these ids the other index does not hold. */
  countMissingIn(other: IdIndex): number {
    let missing = 0;
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += SLOT) {
      if (slots[at + 2] === 0) continue;
      if (other.#slots[other.#find(slots[at] as number, slots[at + 1] as number) + 2] === 0) missing++;
    }
    return missing;
  }

  /** Where these hashes are, or would be. */
  #find(hash1: number, hash2: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash1 & mask;
    let at = slot * SLOT;
    while (slots[at + 2] !== 0 && (slots[at] !== hash1 || slots[at + 1] !== hash2)) {
      slot = (slot + 1) & mask;
      at = slot * SLOT;
    }
    return at;
  }

  #set(at: number, hash1: number, hash2: number, stored: number): void {
    this.#slots[at] = hash1;
    this.#slots[at + 1] = hash2;
    this.#slots[at + 2] = stored;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < before.length; at += SLOT) {
      const stored = before[at + 2] as number;
      if (stored === 0) continue;
      const [hash1, hash2] = [before[at] as number, before[at + 1] as number];
      this.#set(this.#find(hash1, hash2), hash1, hash2, stored);
    }
  }

  /** Two runs of multiply and mix over the text, as in MurmurHash3's finish. */
  #hash(id: string): void {
    let a = 0xdeadbeef ^ IdIndex.#seed;
    let b = 0x41c6ce57 ^ IdIndex.#seed;
    for (let at = 0; at < id.length; at++) {
      const code = id.charCodeAt(at);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = Math.imul(((b << 13) | (b >>> 19)) ^ code, 0x5f356495);
    }
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    this.#hash1 = a | 0;
    this.#hash2 = b | 0;
  }
}
