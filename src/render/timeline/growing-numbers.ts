/** A list of numbers, 8 bytes each. */
export class GrowingNumbers {
  #numbers = new Float64Array(1024);
  length = 0;

  /** Gives the place of the number in the list. */
  push(value: number): number {
    if (this.length === this.#numbers.length) {
      const longer = new Float64Array(this.length * 2);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.length] = value;
    return this.length++;
  }

  at(place: number): number {
    if (place < 0 || place >= this.length) throw new RangeError("no such place");
    return this.#numbers[place] as number;
  }

  set(place: number, value: number): void {
    if (place < 0 || place >= this.length) throw new RangeError("no such place");
    this.#numbers[place] = value;
  }
}
