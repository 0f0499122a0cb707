import { pino } from "pino";
import type { Logger } from "./ports/logger.ts";

/** What must never be in a log, should it ever get near one. */
const SECRETS = ["token", "accessToken", "access_token", "as_token", "hs_token", "authorization", "content", "body"];

/** One JSON object a line, on stdout. */
export function openLog(level: "debug" | "info" | "warn" | "error"): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[left out]" },
  });
}
