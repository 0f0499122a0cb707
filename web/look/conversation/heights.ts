/** A browser draws nothing that is higher than this, in pixels (Firefox less than others). */
const HIGHEST = 12_000_000;
const GUESS = 2_000;

/** How high the parts of a conversation are: those that were shown as they were, the others like their average. */
export class Heights {
  readonly #heights: Float64Array;
  #known = 0;
  #sum = 0;

  constructor(parts: number) {
    this.#heights = new Float64Array(parts);
  }

  set(part: number, height: number): void {
    const before = this.#heights[part] ?? 0;
    if (before === 0) this.#known++;
    this.#sum += height - before;
    this.#heights[part] = height;
  }

  of(part: number): number {
    return this.#heights[part] || this.#average;
  }

  /** Of all parts from this one up to that one, on the scale of what is not shown: very long conversations are drawn shorter. */
  between(from: number, to: number): number {
    let sum = 0;
    for (let part = from; part < to; part++) sum += this.of(part);
    return sum * this.#scale;
  }

  /** The part at so many pixels below the beginning of another one, on that scale. */
  partAt(pixels: number, from = 0): number {
    const scale = this.#scale;
    let [part, at] = [from, 0];
    while (part < this.#heights.length - 1 && at + this.of(part) * scale <= pixels) at += this.of(part++) * scale;
    return part;
  }

  get #average(): number {
    return this.#known === 0 ? GUESS : this.#sum / this.#known;
  }

  get #scale(): number {
    return Math.min(1, HIGHEST / (this.#average * Math.max(1, this.#heights.length)));
  }
}
