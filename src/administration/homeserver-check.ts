import type { CapabilityStore } from "../ports/homeserver/capability-store.ts";
import type { Clock } from "../ports/clock.ts";
import { UNKNOWN_CAPABILITIES, type Capabilities } from "../ports/homeserver/capabilities.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { HomeserverProbe, Identity, ProbeRoom } from "../ports/homeserver/homeserver-probe.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import { homeserverProblems, showProblems, type Demands, type HomeserverProblem } from "./homeserver-problems.ts";

/** What the homeserver was seen to do, and what of the configuration it cannot do. */
export type HomeserverReport = Capabilities & { problems: HomeserverProblem[] };

export interface HomeserverCheckParts {
  probe: HomeserverProbe;
  store: CapabilityStore;
  demands: Demands;
  /** stands for all of the configuration that the result of a probe depends on */
  asked: string;
  /** ends everything */
  signal: AbortSignal;
  clock: Clock;
  logger: Logger;
  timer?: Timer;
}

/** What came of looking at the homeserver: it is known, was probed with something missing, or gave no answer. */
type Look = "known" | "unsettled" | "away";

/** So often a homeserver that is known is asked who it is, in milliseconds. */
const LOOK_MS = 600_000;
/** And so often one that gave no answer; when it is back, `wake` says so. */
const AWAY_MS = 5_000;
/** A probe with problems, or with calls that were not answered, is repeated after so long, doubling up to a day, in milliseconds. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3600_000;
/** Whoever asks for a probe so soon after one has ended gets what that has found, in milliseconds: each makes a room. */
const FRESH_MS = 5_000;

/**
 * Knows what the homeserver does: asks it who it is at the start, whenever it was away, and from time to time, and probes it where
 * that or the configuration has changed since the last probe.
 */
export class HomeserverCheck {
  readonly #parts: HomeserverCheckParts;
  #woken = Promise.withResolvers<undefined>();
  /** has this process looked at the homeserver yet? */
  #looked = false;
  #probing: Promise<Look> | undefined;
  /** when this process's last probe has ended, in milliseconds of the monotonic clock */
  #probedAt = -Infinity;

  constructor(parts: HomeserverCheckParts) {
    this.#parts = parts;
  }

  /** What is known, without asking the homeserver. @throws StoreAway */
  async report(): Promise<HomeserverReport> {
    const capabilities = (await this.#parts.store.read())?.capabilities ?? UNKNOWN_CAPABILITIES;
    return { ...capabilities, problems: homeserverProblems(capabilities, this.#parts.demands) };
  }

  /** For `/ready`. @throws Error where the homeserver cannot do what the configuration asks for; StoreAway */
  async checkDemands(): Promise<void> {
    if (!this.#looked) throw new Error("what the homeserver can do is not known yet: it is being asked");
    const { problems } = await this.report();
    if (problems.length > 0) throw new Error(`${showProblems(problems)}; then run: roomporter homeserver check`);
  }

  /** Probes anew, unless that was done just now. @throws HomeserverError where it is away; StoreAway; the signal's reason */
  async probe(): Promise<HomeserverReport> {
    const { probe, signal, timer = TIMER } = this.#parts;
    if (timer.monotonic() - this.#probedAt >= FRESH_MS) await this.#probe(await probe.identify(signal));
    return await this.report();
  }

  /** The homeserver was away, and may be another one now. */
  wake(): void {
    this.#woken.resolve(undefined);
  }

  /** Looks now, from time to time, and whenever it is woken. Rejects with the signal only. */
  async keepChecking(): Promise<never> {
    const { signal, timer = TIMER } = this.#parts;
    for (let unsettled = 0; ;) {
      this.#woken = Promise.withResolvers();
      const look = await this.#look();
      if (look !== "away") this.#looked = true;
      unsettled = look === "unsettled" ? unsettled + 1 : look === "known" ? 0 : unsettled;
      const waited = new AbortController();
      const slept = timer.sleep(waitAfter(look, unsettled), AbortSignal.any([signal, waited.signal]));
      await Promise.race([slept, this.#woken.promise]);
      waited.abort();
      await slept.catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** Rejects with the signal only. */
  async #look(): Promise<Look> {
    const { probe, signal, logger } = this.#parts;
    try {
      const identity = await probe.identify(signal);
      return (await this.#isKnown(identity)) ? "known" : await this.#probe(identity);
    } catch (error) {
      signal.throwIfAborted();
      // of a homeserver that is away, or does not know the service, HomeserverWatch says so
      if (!(error instanceof HomeserverError && (error.mayPass || error.status === 401)))
        logger.warn(errorFields(error), "the homeserver could not be probed, retrying");
      return "away";
    }
  }

  /** Does the last probe hold for this homeserver and this configuration? What was a problem then may have been mended since. */
  async #isKnown({ software, spec_versions, room_versions }: Identity): Promise<boolean> {
    const { store, asked, demands } = this.#parts;
    const stored = await store.read();
    if (!stored?.complete || stored.asked !== asked) return false;
    const { capabilities } = stored;
    const before = [capabilities.software, capabilities.spec_versions, capabilities.room_versions];
    if (JSON.stringify(before) !== JSON.stringify([software, spec_versions, room_versions])) return false;
    return homeserverProblems(capabilities, demands).length === 0;
  }

  /** Callers at the same time share one probe. */
  async #probe(identity: Identity): Promise<Look> {
    this.#probing ??= this.#probeAlone(identity).finally(() => (this.#probing = undefined));
    return await this.#probing;
  }

  async #probeAlone(identity: Identity): Promise<Look> {
    const { probe, store, demands, asked, signal, clock, timer = TIMER, logger } = this.#parts;
    const left = await store.probeRoom();
    if (left !== undefined) {
      await probe.cleanUp(left, signal);
      await store.setProbeRoom(undefined);
    }
    const room: ProbeRoom = {
      begin: () => store.setProbeRoom(null),
      made: (roomId) => store.setProbeRoom(roomId),
      gone: () => store.setProbeRoom(undefined),
    };
    const { capabilities, complete } = await probe.probe(identity, room, signal);
    capabilities.probed_at = clock.now();
    await store.save({ capabilities, asked, complete });
    this.#looked = true;
    this.#probedAt = timer.monotonic();
    const problems = homeserverProblems(capabilities, demands);
    const { software, redaction, durable_transactions, admin_api } = capabilities;
    const fields = { software, redaction, durable_transactions, admin_api };
    const ending = complete ? "" : "; it did not answer every call: retrying later";
    if (problems.length > 0) logger.error(fields, `the homeserver was probed: ${showProblems(problems)}${ending}`);
    else logger.info(fields, `the homeserver was probed${ending}`);
    return complete && problems.length === 0 ? "known" : "unsettled";
  }
}

function waitAfter(look: Look, unsettled: number): number {
  if (look === "known") return LOOK_MS;
  return look === "away" ? AWAY_MS : Math.min(FIRST_WAIT_MS * 2 ** (unsettled - 1), LONGEST_WAIT_MS);
}
