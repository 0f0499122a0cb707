import { createHash } from "node:crypto";
import type { JournalEntry } from "../../ports/import-journal.ts";
import { batchReference, type BatchedEvent, type BatchLane } from "../../ports/homeserver/batch-lane.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { contentBytes, isSendable } from "../plan/sendable.ts";
import type { Attempt } from "./attempt.ts";
import { PendingEntries } from "./pending-entries.ts";
import { isSendableType } from "./send.ts";
import { entryOf, type PlannedStep, type StepInput, type StepParts, type Steps } from "./step.ts";
import { findAlreadySent } from "./unfinished.ts";

/** Bytes of content that go in one batch; a homeserver takes 10 MB and more in one request. */
const MOST_BYTES = 4 * 1024 ** 2;

interface Waiting {
  entry: JournalEntry;
  /** absent: the entry is all there is to it */
  input?: StepInput;
}

/**
 * Events that wait to be sent together. What cannot go with others goes singly, once they have gone; and where the homeserver refuses a
 * batch, each of its events does, which finds the one at fault.
 */
export class Stretch {
  readonly #lane: BatchLane;
  readonly #steps: Steps;
  readonly #parts: Pick<StepParts, "jobId" | "roomId" | "writer" | "journal">;
  readonly #journal: PendingEntries;
  #waiting: Waiting[] = [];
  #events: BatchedEvent[] = [];
  #bytes = 0;

  /** @param parts those of the steps */
  constructor(lane: BatchLane, steps: Steps, parts: Pick<StepParts, "jobId" | "roomId" | "writer" | "journal">) {
    this.#lane = lane;
    this.#steps = steps;
    this.#parts = parts;
    this.#journal = new PendingEntries(parts.journal);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Puts an event behind those that wait. True: none wait any more. */
  async take(input: StepInput): Promise<boolean> {
    if (this.#steps.redactsNow(input)) return await this.#singly(input);
    let planned = await this.#steps.plan(input, this.#journal);
    let attempt = firstOf(planned);
    if (this.#events.length > 0 && attempt && refersElsewhere(attempt)) {
      // to an event that waits, where only its own id can stand
      await this.flush();
      planned = await this.#steps.plan(input, this.#journal);
      attempt = firstOf(planned);
    }
    if (!attempt || attempt.stateKey !== undefined || attempt.file || !isSendableType(attempt))
      return await this.#singly(input);
    if (!isSendable(attempt.content)) return await this.#singly(input);
    const bytes = contentBytes(attempt.content);
    if (this.#bytes + bytes > MOST_BYTES && this.#events.length > 0) {
      await this.flush();
      return await this.take(input);
    }
    const newId = batchReference(this.#events.length);
    const entry = entryOf(input.position, planned, { newId, ledger: attempt.gaveUp ? [attempt.gaveUp] : [] });
    this.#events.push({ type: attempt.type, content: attempt.content, ts: planned.plan.ts });
    this.#bytes += bytes;
    return await this.#wait({ entry, input });
  }

  /** Puts the entry of an event that is left out behind those that wait. True: none wait any more. */
  leaveOut(entry: JournalEntry): Promise<boolean> {
    return this.#wait({ entry });
  }

  /** Sends all that wait. @throws HomeserverError where the homeserver would take nothing at all */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    const events = this.#events;
    this.#waiting = [];
    this.#events = [];
    this.#bytes = 0;
    this.#journal.take();
    if (waiting.length === 0) return;
    const eventIds = events.length === 0 ? [] : await this.#send(waiting, events);
    if (!eventIds) {
      await this.#oneByOne(waiting);
      return;
    }
    const newIds = new Map(eventIds.map((eventId, index) => [batchReference(index), eventId]));
    await this.#parts.journal.recordAll(waiting.map(({ entry }) => withNewIds(entry, newIds)));
  }

  async #wait(waiting: Waiting): Promise<boolean> {
    this.#waiting.push(waiting);
    this.#journal.add(waiting.entry);
    if (this.#waiting.length < this.#lane.maxEvents) return false;
    await this.flush();
    return true;
  }

  async #singly(input: StepInput): Promise<true> {
    await this.flush();
    await this.#steps.take(input, undefined);
    return true;
  }

  /** undefined: the homeserver does not take them together */
  async #send(waiting: Waiting[], events: BatchedEvent[]): Promise<string[] | undefined> {
    const { jobId, roomId } = this.#parts;
    // after a stop, what was sent is known, and another batch may begin at the same event
    const digest = createHash("sha256").update(JSON.stringify(events)).digest("hex").slice(0, 16);
    const txnId = `${jobId}.${String(waiting[0]?.entry.position ?? 0)}.${digest}`;
    try {
      return await this.#lane.send(roomId, txnId, events);
    } catch (error) {
      if (error instanceof HomeserverError && !error.mayPass) return undefined;
      throw error;
    }
  }

  async #oneByOne(waiting: Waiting[]): Promise<void> {
    const { writer, roomId, journal } = this.#parts;
    // an answer may have been lost before the refusal
    const sent = await findAlreadySent(writer, roomId, this.#lane.maxEvents);
    for (const { entry, input } of waiting) {
      if (input) await this.#steps.take(input, sent);
      else await journal.record(entry);
    }
  }
}

function firstOf({ plan }: PlannedStep): Attempt | undefined {
  for (const attempt of plan.attempts) return attempt;
  return undefined;
}

/**
 * Does it name an event that waits, in another place than its relation: in a link (`matrix:` URIs leave the sigil out), a list, an edit's
 * new content? Words that look so count too: that costs time only.
 */
function refersElsewhere({ content }: Attempt): boolean {
  return /\bbatch:\d/.test(JSON.stringify({ ...content, "m.relates_to": undefined }));
}

function withNewIds(entry: JournalEntry, newIds: ReadonlyMap<string, string>): JournalEntry {
  const { newId, reaction } = entry;
  const found = { ...entry, newId: newId === null ? null : (newIds.get(newId) ?? newId) };
  if (reaction) found.reaction = { ...reaction, target: newIds.get(reaction.target) ?? reaction.target };
  return found;
}
