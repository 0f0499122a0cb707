import type { Inbox, InboxHandler } from "../ports/inbox.ts";
import { errorFields, type Logger } from "../ports/logger.ts";

/** After a failure the same event is tried again after this long, in milliseconds, doubling up to the longest wait. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** Hands out what is in the inbox, one event after the other, and marks it done. */
export class InboxLoop {
  readonly #inbox: Inbox;
  readonly #handler: InboxHandler;
  readonly #logger: Logger;
  readonly #firstWaitMs: number;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  /** @param firstWaitMs after a failure, in milliseconds */
  constructor(inbox: Inbox, handler: InboxHandler, logger: Logger, firstWaitMs = FIRST_WAIT_MS) {
    this.#inbox = inbox;
    this.#handler = handler;
    this.#logger = logger;
    this.#firstWaitMs = firstWaitMs;
  }

  /** Something may wait in the inbox. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    if (this.#running) return;
    clearTimeout(this.#retry);
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
      // it may have been woken just as it fell asleep
      if (this.#again) this.wake();
    });
  }

  /** Lets the event that is being handled finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (;;) {
          const event = await this.#inbox.next();
          if (!event || this.#stopped) break;
          await this.#handler.handle(event);
          await this.#inbox.done(event.event_id);
          this.#failures = 0;
        }
      }
    } catch (error) {
      this.#again = false;
      if (this.#stopped) return;
      const wait = Math.min(this.#firstWaitMs * 2 ** this.#failures++, LONGEST_WAIT_MS);
      this.#logger.warn({ wait_ms: wait, ...errorFields(error) }, "an event could not be handled and is tried again");
      this.#retry = setTimeout(() => this.wake(), wait);
    }
  }
}
