import { SingleBar } from "cli-progress";
import type { Output } from "./output.ts";
import type { World } from "./world.ts";

/** A line on stderr that shows how far something is; nothing at all where nobody watches. */
export interface Progress {
  /** `total` null: not known */
  update: (done: number, total: number | null) => void;
  stop: () => void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };
const BAR = "{title} [{bar}] {percentage}% · {amount} · {clock}";
const NO_BAR = "{title} · {amount} · {clock}";

/**
 * @param title what goes on, e.g. `Importing`
 * @param amount words for how far it is, e.g. `12 of 300 events`
 */
export function startProgress(
  world: World,
  output: Output,
  title: string,
  amount: (done: number, total: number | null) => string,
): Progress {
  if (!output.interactive) return SILENT;
  const started = performance.now();
  let done = 0;
  let total: number | null = null;
  const bar = new SingleBar({
    stream: world.stderr,
    format: (_options, params, payload: { title: string }) =>
      fill(total === null ? NO_BAR : BAR, {
        title: payload.title,
        bar: "█".repeat(Math.round(params.progress * 24)).padEnd(24, "░"),
        percentage: String(Math.floor(params.progress * 100)),
        amount: amount(done, total),
        clock: clock(performance.now() - started),
      }),
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(1, 0, { title });
  const tick = setInterval(() => bar.update(done), 200);
  return {
    update(nowDone, nowTotal) {
      done = nowDone;
      total = nowTotal;
      bar.setTotal(total === null || total === 0 ? 1 : total);
      bar.update(done);
    },
    stop() {
      clearInterval(tick);
      bar.stop();
    },
  };
}

function fill(format: string, values: Record<string, string>): string {
  return format.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? "");
}

/** `0:07`, `12:30`, `1:02:03` */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `512 B`, `3.4 kB`, `12.0 MB` */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = size / 1000;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${value.toFixed(1)} ${units[at]}`;
}
