import type { ClientEvent } from "../../matrix/event.ts";
import {
  currentState,
  sees,
  stateBefore,
  visibilityMark,
  visibleStretches,
  type TimelineView,
  type VisibilityMark,
} from "../../policy/visibility.ts";
import { stringMember } from "../../matrix/json.ts";
import type { SpooledLines } from "./event-spool.ts";
import { Tally } from "./tally.ts";

/** A run of events of which somebody sees all or nothing. */
export interface Section {
  tally: Tally;
  /** newest first */
  lines: SpooledLines[];
  /** what is known so far says that it will be visible */
  presumablyVisible: boolean;
}

/**
 * The timeline cut where its visibility for one user may change: which sections they see is known once the beginning of the
 * timeline has been read. For a reader who takes all that is served there is one section.
 */
export class Sections {
  readonly #userId: string | undefined;
  readonly #current: TimelineView["current"];
  /** newest first */
  readonly #sections: Section[] = [];
  readonly #marks: VisibilityMark[] = [];
  #state;

  /** `visibleTo`: the user whose view it is; undefined: everything is for the one who reads */
  constructor(state: readonly ClientEvent[], visibleTo: string | undefined) {
    this.#userId = visibleTo;
    this.#current = currentVisibility(state, visibleTo ?? "");
    this.#state = currentState(this.#current);
    this.#begin();
  }

  /** The section into which the events go that come next. */
  get open(): Section {
    return this.#sections.at(-1) as Section;
  }

  /** Is this event one that makes a section of its own, with another beginning after it? */
  mark(event: ClientEvent): VisibilityMark | undefined {
    return this.#userId === undefined ? undefined : visibilityMark(event, this.#userId);
  }

  /** Begins the section of a mark; `afterMark` ends it. */
  beginMark(mark: VisibilityMark): void {
    this.#marks.push(mark);
    // a homeserver that names nothing before it most likely had nothing before it
    this.#state = stateBefore({ ...mark, before: mark.before ?? "" }, this.#state);
    this.#begin(true);
  }

  afterMark(): void {
    this.#begin();
  }

  /** What the user sees, newest first, and whether they see all. `fromCreation`: the timeline begins with the room. */
  visible(fromCreation: boolean): { sections: Section[]; complete: boolean } {
    if (this.#userId === undefined) return { sections: this.#sections, complete: true };
    const answers = visibleStretches(this.#marks.toReversed(), { fromCreation, current: this.#current }).reverse();
    const sections = this.#sections.filter((_section, index) => answers[index]);
    const hidden = this.#sections.filter((_section, index) => !answers[index]);
    return { sections, complete: hidden.every(({ tally }) => tally.isEmpty) };
  }

  #begin(presumablyVisible = this.#userId === undefined || sees(this.#state, false)): void {
    this.#sections.push({ tally: new Tally(), lines: [], presumablyVisible });
  }
}

/** What the current state says about the history's visibility and a user's membership. */
export function currentVisibility(state: readonly ClientEvent[], userId: string): TimelineView["current"] {
  const content = (type: string, key: string): ClientEvent["content"] | undefined =>
    state.find((event) => event.type === type && event.state_key === key)?.content;
  return {
    visibility: stringMember(content("m.room.history_visibility", ""), "history_visibility"),
    membership: stringMember(content("m.room.member", userId), "membership"),
  };
}
