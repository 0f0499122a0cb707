import type { Inbox, InboxEvent, InboxHandler } from "../ports/inbox.ts";
import { errorFields, type Logger } from "../ports/logger.ts";

/** After a failure the same event is tried again after this long, in milliseconds, doubling up to the longest wait. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So many senders are looked at when the next one is chosen. */
const MOST_SENDERS = 100;

export interface InboxLoopOptions {
  /** events that are handled side by side, each of another sender */
  atOnce: number;
  /** after a failure, in milliseconds */
  firstWaitMs?: number;
}

/**
 * Hands out what is in the inbox, and marks it done: for each sender one event after the other, for several senders side by side. Whose
 * turn was longest ago comes next, so that nobody's backlog, slow event or failure delays others.
 */
export class InboxLoop {
  readonly #inbox: Inbox;
  readonly #handler: InboxHandler;
  readonly #logger: Logger;
  readonly #atOnce: number;
  readonly #firstWaitMs: number;
  /** what is being handled, by sender */
  readonly #busy = new Map<string, Promise<void>>();
  /** senders whose event is tried again later */
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  /** failures in a row, by sender; of the inbox itself under "" */
  readonly #failures = new Map<string, number>();
  /** when each sender that has more in the inbox had a turn: the number of that turn */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #filling: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(inbox: Inbox, handler: InboxHandler, logger: Logger, options: InboxLoopOptions) {
    this.#inbox = inbox;
    this.#handler = handler;
    this.#logger = logger;
    this.#atOnce = options.atOnce;
    this.#firstWaitMs = options.firstWaitMs ?? FIRST_WAIT_MS;
  }

  /** Something may wait in the inbox. */
  wake(): void {
    // an inbox that could not be read has its time
    if (this.#stopped || this.#waiting.has("")) return;
    this.#again = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      // it may have been woken just as it fell asleep
      if (this.#again) this.wake();
    });
  }

  /** Lets the events that are being handled finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    await this.#filling;
    await Promise.all(this.#busy.values());
  }

  /** Never rejects. */
  async #fill(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        while (this.#busy.size < this.#atOnce) {
          const next = await this.#next();
          if (!next || this.#stopped) break;
          this.#busy.set(next.sender, this.#handle(next));
        }
      }
      this.#failures.delete("");
    } catch (error) {
      this.#again = false;
      this.#tryLater("", error, "the inbox could not be read and is tried again");
    }
  }

  /** Of the sender whose turn was longest ago; of those who had none, the oldest event. */
  async #next(): Promise<InboxEvent | undefined> {
    const heads = await this.#inbox.heads([...this.#busy.keys(), ...this.#waiting.keys()], MOST_SENDERS);
    const turnOf = ({ sender }: InboxEvent): number => this.#turns.get(sender) ?? 0;
    const [next] = heads.toSorted((a, b) => turnOf(a) - turnOf(b));
    if (next) this.#turns.set(next.sender, ++this.#turn);
    else for (const sender of this.#turns.keys()) if (!this.#busy.has(sender)) this.#turns.delete(sender);
    return next;
  }

  /** Never rejects. */
  async #handle(event: InboxEvent): Promise<void> {
    const { sender } = event;
    try {
      await this.#handler.handle(event);
      await this.#inbox.done(event.event_id);
      this.#failures.delete(sender);
    } catch (error) {
      this.#tryLater(sender, error, "an event could not be handled and is tried again");
    }
    this.#busy.delete(sender);
    this.wake();
  }

  #tryLater(sender: string, error: unknown, message: string): void {
    if (this.#stopped) return;
    const failures = this.#failures.get(sender) ?? 0;
    this.#failures.set(sender, failures + 1);
    const wait = Math.min(this.#firstWaitMs * 2 ** failures, LONGEST_WAIT_MS);
    this.#logger.warn({ wait_ms: wait, ...errorFields(error) }, message);
    const again = (): void => {
      this.#waiting.delete(sender);
      this.wake();
    };
    this.#waiting.set(sender, setTimeout(again, wait));
  }
}
