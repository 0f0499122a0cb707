import { createHash } from "node:crypto";

const MODULUS = 1n << 256n;

/**
 * A fingerprint of a set of event ids, in whatever order they are met: the sum of the SHA-256 of each, as numbers, modulo 2^256.
 * The sum of two sets that have nothing in common is that of both.
 */
export class IdSum {
  #sum: bigint;

  /** @param hex a sum to go on from: 64 hexadecimal digits */
  constructor(hex = "0") {
    this.#sum = BigInt(`0x${hex}`);
  }

  add(id: string): void {
    this.#sum = (this.#sum + BigInt(`0x${createHash("sha256").update(id).digest("hex")}`)) % MODULUS;
  }

  addAll(other: IdSum): void {
    this.#sum = (this.#sum + other.#sum) % MODULUS;
  }

  /** 64 hexadecimal digits */
  get hex(): string {
    return this.#sum.toString(16).padStart(64, "0");
  }
}
