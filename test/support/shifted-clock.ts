// Loaded with `node --import` before a program: its calendar clock is wrong by the milliseconds in the file SHIFTED_CLOCK, which may
// change while it runs. Timers and performance.now() stay right, as they do where somebody sets the clock of a machine.
import { readFileSync } from "node:fs";

const RealDate = Date;
const file = process.env["SHIFTED_CLOCK"] ?? "";
/** How long what the file said is believed, in milliseconds. */
const BELIEVED_MS = 100;
let shift = 0;
let readAt = -Infinity;

function now(): number {
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
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, key) => (key === "now" ? now : (target as unknown as Record<string | symbol, unknown>)[key]),
});
