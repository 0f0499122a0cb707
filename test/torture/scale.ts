import { randomInt } from "node:crypto";

/** `npm run torture` asks for a longer run than `npm test`. */
const FACTOR = Number(process.env["TORTURE"] ?? 1);

/** A number of jobs, kills or milliseconds for a run of this length. */
export function scale(number: number): number {
  return number * FACTOR;
}

/** SEED=… repeats a run, as far as the machine is as fast as then. */
export function newSeed(): number {
  return Number(process.env["SEED"] ?? randomInt(1_000_000));
}
