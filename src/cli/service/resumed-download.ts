import type { Timer } from "../../ports/timer.ts";
import { CliError, EXIT } from "../exit.ts";
import type { ServiceClient } from "./service-client.ts";
import { ServiceError } from "./service-error.ts";

/** So often in a row nothing comes before it is given up. */
const ATTEMPTS = 10;
const WAIT_MS = 2_000;

/**
 * The bytes of what a job has made. Where the connection breaks, the rest is asked for.
 * @throws CliError, the signal's reason
 */
export async function* resumedDownload(
  client: Pick<ServiceClient, "bundle">,
  id: string,
  signal: AbortSignal,
  timer: Timer,
): AsyncGenerator<Buffer, void, undefined> {
  let received = 0;
  for (let failed = 0; ;) {
    try {
      for await (const chunk of await client.bundle(id, received, signal)) {
        const bytes = chunk as Buffer;
        received += bytes.length;
        failed = 0;
        yield bytes;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CliError && !(error instanceof ServiceError && error.passing)) throw error;
      const why = error instanceof Error ? error.message : "the connection broke";
      if (++failed === ATTEMPTS)
        throw new CliError(EXIT.failed, `the download stopped after ${String(received)} bytes: ${why}`);
    }
    await timer.sleep(WAIT_MS, signal);
  }
}
