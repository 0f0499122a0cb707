import { isState, redactionTarget, type ClientEvent } from "../../../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";
import { maySendState, powerOf } from "../../../../src/matrix/power-levels.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";

/** Content that a redaction leaves, of the types that these tests redact (specification, "Redactions"). */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  "m.room.member": ["membership"],
  "m.room.create": ["room_version"],
};
/** No event is larger, in bytes, signatures and all: about so much is left for its content. */
const LARGEST = 64_000;
let events = 0;

/** A room: all that happened in it, oldest first, and who may do what. */
export class MemoryRoom {
  readonly id: string;
  readonly timeline: ClientEvent[];

  constructor(id: string, timeline: readonly ClientEvent[] = []) {
    this.id = id;
    this.timeline = [...timeline];
  }

  state(): ClientEvent[] {
    const current = new Map<string, ClientEvent>();
    for (const event of this.timeline) if (isState(event)) current.set(`${event.type}\0${event.state_key}`, event);
    return [...current.values()];
  }

  stateEvent(type: string, key: string): ClientEvent | undefined {
    return this.timeline.findLast((event) => event.type === type && event.state_key === key);
  }

  membership(userId: string): string | undefined {
    return stringMember(this.stateEvent("m.room.member", userId)?.content, "membership");
  }

  /** @throws HomeserverError 403 */
  requireMember(userId: string): void {
    if (this.membership(userId) !== "join") forbid(`${userId} is not in room ${this.id}`);
  }

  /** Adds what a user sends, as far as they may. @throws HomeserverError 403 */
  send(sender: string, type: string, content: JsonObject, more: { state_key?: string; ts?: number } = {}): string {
    this.requireMember(sender);
    const { state_key, ts = Date.now() } = more;
    if (!isCanonical(content)) throw new HomeserverError(400, "M_BAD_JSON", "not canonical JSON: a fraction");
    if (JSON.stringify(content).length > LARGEST)
      throw new HomeserverError(413, "M_TOO_LARGE", "the event is too large");
    if (state_key !== undefined && !maySendState(this.#create(), this.#levels(), sender, type))
      forbid("You don't have permission to post that to the room");
    return this.add({ type, sender, content, origin_server_ts: ts, ...(state_key !== undefined && { state_key }) });
  }

  /** What happens in the room, whoever may do it. Gives the event's id. */
  add(event: Omit<ClientEvent, "event_id">): string {
    const added: ClientEvent = { event_id: `$${String(++events).padStart(6, "0")}`, ...event };
    this.timeline.push(added);
    if (added.type === "m.room.redaction") this.#redact(added);
    return added.event_id;
  }

  /** @throws HomeserverError 403 where the target is as mighty, or the user is not mighty enough */
  requirePower(userId: string, action: "invite" | "kick", target?: string): void {
    this.requireMember(userId);
    const needed = Number(this.#levels()?.content[action] ?? (action === "kick" ? 50 : 0));
    const own = powerOf(this.#create(), this.#levels(), userId);
    if (own < needed) forbid(`You don't have permission to ${action}`);
    if (target !== undefined && powerOf(this.#create(), this.#levels(), target) >= own)
      forbid(`cannot ${action} ${target}`);
  }

  #create(): ClientEvent {
    return this.stateEvent("m.room.create", "") ?? forbid("no such room");
  }

  #levels(): ClientEvent | undefined {
    return this.stateEvent("m.room.power_levels", "");
  }

  #redact(redaction: ClientEvent): void {
    const index = this.timeline.findIndex(({ event_id }) => event_id === redactionTarget(redaction));
    const target = this.timeline[index];
    if (!target) return;
    const kept = (KEPT[target.type] ?? []).map((key) => [key, target.content[key]] as const);
    const content = Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as JsonObject;
    const unsigned = {
      ...objectMember({ unsigned: target.unsigned ?? {} }, "unsigned"),
      redacted_because: { ...redaction },
    };
    this.timeline[index] = { ...target, content, unsigned: unsigned };
  }
}

export function forbid(message: string): never {
  throw new HomeserverError(403, "M_FORBIDDEN", message);
}

function isCanonical(value: JsonValue): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  return (
    typeof value !== "object" || value === null || Object.values(value).every((each) => isCanonical(each as JsonValue))
  );
}
