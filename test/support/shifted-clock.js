// Loaded with `node --import` before a program: its calendar clock is wrong by the milliseconds in the file SHIFTED_CLOCK, which may
// change while it runs. Timers and performance.now() stay right, as they do where somebody sets the clock of a machine.
import { readFileSync } from "node:fs";

const RealDate = Date;
const file = process.env["SHIFTED_CLOCK"] ?? "";
/** How long what the file said is believed, in milliseconds. */
const BELIEVED_MS = 100;
let shift = 0;
let readAt = -Infinity;

function now() {
  if (performance.now() - readAt > BELIEVED_MS) {
    readAt = performance.now();
    try {
      shift = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      shift = 0;
    }
  }
  return RealDate.now() + shift;
}

/** Date itself, but for what "now" is. */
const handler = {
  /** @param {DateConstructor} target @param {unknown[]} args @param {new () => unknown} newTarget @returns {Date} */
  construct(target, args, newTarget) {
    return /** @type {Date} */ (Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget));
  },
  /** @param {DateConstructor} target @param {string | symbol} key @returns {unknown} */
  get(target, key) {
    return key === "now" ? now : /** @type {Record<string | symbol, unknown>} */ (/** @type {unknown} */ (target))[key];
  },
};
globalThis.Date = new Proxy(RealDate, handler);
