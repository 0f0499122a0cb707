import type { Bookmark } from "../../bundle/bookmark.ts";
import { IdIndex } from "../../bundle/verify/id-index.ts";
import { redactedBecause, type ClientEvent } from "../../matrix/event.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Tally } from "./tally.ts";

/**
 * `held`: as it stands in the earlier bundle; `changed`: it may have been redacted since; `new`: not in that bundle.
 */
type Standing = "held" | "changed" | "new";

/** `errcode`: an increment does not fit the bundle that it is to go on from. */
export const SINCE_BUNDLE = "IO.ROOMPORTER.SINCE_BUNDLE";

const EXPORT_WHOLE = "Export the room whole, and go on from that bundle.";

/** The bundle that an increment goes on from, held against the room's timeline as that is read, newest first. */
export class EarlierBundle {
  readonly #bookmark: Bookmark;
  #reached = false;
  /** redactions that the earlier bundle holds as they stand now: what they took back stands there redacted too */
  readonly #oldRedactions = new IdIndex();

  constructor(bookmark: Bookmark) {
    this.#bookmark = bookmark;
  }

  /** Has the event been met at which the earlier bundle ends? */
  get reached(): boolean {
    return this.#reached;
  }

  /** To be asked for each event, newest first, whether it is carried or not. */
  standingOf(event: ClientEvent): Standing {
    this.#reached ||= event.event_id === this.#bookmark.event_id;
    if (!this.#reached) return "new";
    const because = redactedBecause(event);
    const changed = because !== undefined && !this.#oldRedactions.has(because.event_id);
    if (event.type === "m.room.redaction" && !changed) this.#oldRedactions.add(event.event_id, 0);
    return changed ? "changed" : "held";
  }

  /**
   * Both bundles together must be the whole: nothing may be missing between them, nothing may have gone.
   * @throws RequestError conflict
   */
  requireFits({ held }: Tally): void {
    if (!this.#reached)
      throw conflict("since_bundle_gone", "The event at which the earlier bundle ends is not in the room any more.");
    if (held.events !== this.#bookmark.events || held.ids.hex !== this.#bookmark.ids_sum)
      throw conflict(
        "since_bundle_differs",
        "The room shows you other events up to there than the earlier bundle holds: it was another part of the room, or another person's, or events came in late or are gone.",
      );
  }
}

function conflict(code: string, message: string): RequestError {
  const whole = `${message} ${EXPORT_WHOLE}`;
  return new RequestError("conflict", SINCE_BUNDLE, whole, [{ code, message: whole }]);
}
