const EMPTY = -1;

/**
 * Numbers by event id, for millions of ids: 12 bytes a slot, no objects. An id is known by 64 bits of hash, seeded anew in every
 * process, so that two different ids are practically never taken for one.
 */
export class IdIndex {
  static readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  #first = new Uint32Array(1024);
  #second = new Uint32Array(1024);
  #values = new Int32Array(1024).fill(EMPTY);
  #size = 0;
  #hash1 = 0;
  #hash2 = 0;

  get size(): number {
    return this.#size;
  }

  /** Sets the number (0 or more) of an id that has none yet. Gives the number that it had, or undefined. */
  add(id: string, value: number): number | undefined {
    this.#hash(id);
    const known = this.#values[this.#slot(this.#hash1, this.#hash2)] as number;
    if (known !== EMPTY) return known;
    this.#insert(this.#hash1, this.#hash2, value);
    return undefined;
  }

  get(id: string): number | undefined {
    this.#hash(id);
    const value = this.#values[this.#slot(this.#hash1, this.#hash2)] as number;
    return value === EMPTY ? undefined : value;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** How many of these ids the other index does not hold. */
  countMissingIn(other: IdIndex): number {
    let missing = 0;
    for (let slot = 0; slot < this.#values.length; slot++) {
      if (this.#values[slot] === EMPTY) continue;
      if (other.#values[other.#slot(this.#first[slot] as number, this.#second[slot] as number)] === EMPTY) missing++;
    }
    return missing;
  }

  /** Where these hashes are, or would be. */
  #slot(hash1: number, hash2: number): number {
    const mask = this.#values.length - 1;
    let slot = hash1 & mask;
    while (this.#values[slot] !== EMPTY && (this.#first[slot] !== hash1 || this.#second[slot] !== hash2))
      slot = (slot + 1) & mask;
    return slot;
  }

  #insert(hash1: number, hash2: number, value: number): void {
    if (this.#size * 2 >= this.#values.length) this.#grow();
    const slot = this.#slot(hash1, hash2);
    this.#first[slot] = hash1;
    this.#second[slot] = hash2;
    this.#values[slot] = value;
    this.#size++;
  }

  #grow(): void {
    const [first, second, values] = [this.#first, this.#second, this.#values];
    const length = values.length * 2;
    this.#first = new Uint32Array(length);
    this.#second = new Uint32Array(length);
    this.#values = new Int32Array(length).fill(EMPTY);
    this.#size = 0;
    values.forEach((value, slot) => {
      if (value !== EMPTY) this.#insert(first[slot] as number, second[slot] as number, value);
    });
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
    this.#hash1 = a >>> 0;
    this.#hash2 = b >>> 0;
  }
}
