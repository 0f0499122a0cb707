/**
 * Who may see which part of a timeline (client-server API, "Room history visibility"), as Synapse decides it. Only two kinds of
 * event matter: changes of the history visibility and the user's own membership. They cut the timeline into stretches in
 * which everything is visible or nothing is.
 */
import type { ClientEvent } from "../matrix/event.ts";
import { objectMember, stringMember } from "../matrix/json.ts";

/** From the most open to the most closed. */
const VISIBILITIES = ["world_readable", "shared", "invited", "joined"] as const;
type HistoryVisibility = (typeof VISIBILITIES)[number];
/** From the nearest to the room to the farthest; `leave` is also who never was there. */
const MEMBERSHIPS = ["join", "invite", "knock", "leave", "ban"] as const;
type Membership = (typeof MEMBERSHIPS)[number];

/** What holds at one point of the timeline. */
export interface VisibilityState {
  visibility: HistoryVisibility;
  membership: Membership;
}

/** An event that may change what the user sees. */
export interface VisibilityMark {
  kind: keyof VisibilityState;
  now: string | undefined;
  /** what the homeserver says was there before (`unsigned.prev_content`), where it says so */
  before: string | undefined;
}

/** What is known beside the marks. */
export interface TimelineView {
  /** `m.room.create` is in view: before the first mark nothing was set, and nobody was in the room */
  fromCreation: boolean;
  /** what the room's current state says */
  current: { visibility: string | undefined; membership: string | undefined };
}

/** The mark that an event makes on what `userId` sees, if it makes one. `event` as the homeserver served it. */
export function visibilityMark(event: ClientEvent, userId: string): VisibilityMark | undefined {
  if (event.type === "m.room.history_visibility" && event.state_key === "")
    return markOf(event, "visibility", "history_visibility");
  if (event.type === "m.room.member" && event.state_key === userId) return markOf(event, "membership", "membership");
  return undefined;
}

function markOf({ content, unsigned }: ClientEvent, kind: VisibilityMark["kind"], key: string): VisibilityMark {
  return { kind, now: stringMember(content, key), before: stringMember(objectMember(unsigned, "prev_content"), key) };
}

/** What holds in a room by its current state. */
export function currentState(current: TimelineView["current"]): VisibilityState {
  return { visibility: toVisibility(current.visibility), membership: toMembership(current.membership) };
}

/** What held before a mark, by what is said to have held after it. */
export function stateBefore(mark: VisibilityMark, after: VisibilityState): VisibilityState {
  return mark.before === undefined ? after : withValue(after, mark.kind, mark.before);
}

/**
 * Which parts of a timeline the user may see, oldest first: the stretch before the first mark, the first mark itself, the stretch
 * after it, and so on: 2 × marks + 1 answers. Where the marks contradict each other, something between them is not in view:
 * there the stricter holds.
 */
export function visibleStretches(marks: readonly VisibilityMark[], view: TimelineView): boolean[] {
  const now = currentState(view.current);
  const hasLeft = view.current.membership === "leave";
  const peeking = now.membership !== "join" && !hasLeft;
  const ahead = statesAhead(marks, now);
  let state = stateAtStart(marks, view, now);
  const answers = [sees(stricter(state, ahead[0]), peeking)];
  marks.forEach((mark, index) => {
    const before = stateBefore(mark, state);
    state = withValue(state, mark.kind, mark.now);
    answers.push(seesMark(mark.kind, before, state, peeking), sees(stricter(state, ahead[index + 1]), peeking));
  });
  return hasLeft ? hiddenAfterLeaving(answers, marks) : answers;
}

/** What the user sees while a state holds. @param peeking they are not in the room, nor were they */
export function sees(state: VisibilityState, peeking: boolean): boolean {
  if (state.membership === "join" || state.visibility === "world_readable") return true;
  if (state.visibility === "shared") return !peeking;
  return state.visibility === "invited" && state.membership === "invite";
}

/** A mark is seen by who sees what is before it or what is after it. */
function seesMark(
  kind: VisibilityMark["kind"],
  before: VisibilityState,
  after: VisibilityState,
  peeking: boolean,
): boolean {
  if (kind === "visibility") {
    const open = opener(before.visibility, after.visibility);
    if (open === "world_readable" || (open === "shared" && !peeking)) return true;
    return sees(after, peeking);
  }
  // who declines an invitation sees that, or the room would not go from their client; who was in the room sees themselves go anyway
  if (after.membership === "leave" && before.membership === "invite") return true;
  return sees({ ...after, membership: nearer(before.membership, after.membership) }, peeking);
}

/** What held before the first mark of each kind: what that mark says; without marks what holds now; else the default or nothing. */
function stateAtStart(marks: readonly VisibilityMark[], view: TimelineView, now: VisibilityState): VisibilityState {
  const unset: VisibilityState = { visibility: view.fromCreation ? "shared" : "joined", membership: "leave" };
  return (["visibility", "membership"] as const).reduce((state, kind) => {
    const first = marks.find((mark) => mark.kind === kind);
    return first ? stateBefore(first, state) : withValue(state, kind, now[kind]);
  }, unset);
}

/** For each stretch what the next marks of each kind, or the current state, say to have held before them. */
function statesAhead(marks: readonly VisibilityMark[], now: VisibilityState): Partial<VisibilityState>[] {
  const ahead: Partial<VisibilityState>[] = [now];
  for (const mark of marks.toReversed()) {
    const { [mark.kind]: _replaced, ...rest } = ahead[0] ?? {};
    ahead.unshift(
      mark.before === undefined ? rest : { ...rest, [mark.kind]: withValue(now, mark.kind, mark.before)[mark.kind] },
    );
  }
  return ahead;
}

/** Who has left sees nothing of what came after. */
function hiddenAfterLeaving(answers: boolean[], marks: readonly VisibilityMark[]): boolean[] {
  const left = marks.findLastIndex((mark) => mark.kind === "membership");
  return answers.map((answer, index) => answer && index <= 2 * left + 1);
}

function stricter(state: VisibilityState, other: Partial<VisibilityState> = {}): VisibilityState {
  const { visibility = state.visibility, membership = state.membership } = other;
  const closed = opener(state.visibility, visibility) === visibility ? state.visibility : visibility;
  const farther = nearer(state.membership, membership) === membership ? state.membership : membership;
  return { visibility: closed, membership: farther };
}

function opener(a: HistoryVisibility, b: HistoryVisibility): HistoryVisibility {
  return VISIBILITIES.indexOf(a) < VISIBILITIES.indexOf(b) ? a : b;
}

function nearer(a: Membership, b: Membership): Membership {
  return MEMBERSHIPS.indexOf(a) < MEMBERSHIPS.indexOf(b) ? a : b;
}

function withValue(state: VisibilityState, kind: VisibilityMark["kind"], value: string | undefined): VisibilityState {
  return kind === "visibility"
    ? { ...state, visibility: toVisibility(value) }
    : { ...state, membership: toMembership(value) };
}

/** Nothing set, or nothing sensible, means `shared`. */
function toVisibility(value: string | undefined): HistoryVisibility {
  return VISIBILITIES.find((known) => known === value) ?? "shared";
}

function toMembership(value: string | undefined): Membership {
  return MEMBERSHIPS.find((known) => known === value) ?? "leave";
}
