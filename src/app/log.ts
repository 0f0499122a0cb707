import { pino, type LoggerOptions } from "pino";
import type { Logger } from "../ports/logger.ts";

/** What must never be in a log, should it ever get near one. */
const SECRETS = ["token", "accessToken", "access_token", "as_token", "hs_token", "authorization", "content", "body"];

/** Lines that could not be written are kept for so long, in bytes; what comes then is lost. */
const WAITING_BYTES = 1024 * 1024;

/** One JSON object a line, on stdout (or another file descriptor). Where that leads to a full disk the service goes on without a log. */
export function openLog(level: "debug" | "info" | "warn" | "error", fd = 1): Logger {
  const stdout = pino.destination({ fd, sync: true, maxLength: WAITING_BYTES });
  stdout.on("error", () => undefined);
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[left out]" },
  };
  return pino(options, stdout);
}
