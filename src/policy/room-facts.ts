import { findState, type StateEvent } from "../matrix/event.ts";
import { serverOf } from "../matrix/ids.ts";
import { member, stringMember, type JsonObject } from "../matrix/json.ts";
import { BRIDGE_TYPES, POLICY, PROBE } from "../matrix/names.ts";

/** What a room's current state says about it; `direct` is not seen from state alone (see `isDirect`). */
export interface RoomFacts {
  name: string | null;
  topic: string | null;
  /** `mxc://` URI */
  avatar: string | null;
  type: "group" | "space" | "sidekick" | "bridge" | "federated";
  scope: { scope_kind: "normal" | "incognito" };
  visibility: "public" | "private" | "restricted";
  /** milliseconds since the epoch */
  created_at: number | null;
  creator: string | null;
  /** client-server API, `m.room.create`: "1" where it is not named */
  room_version: string;
}

/** `serverName`: of the homeserver that the room was read from. */
export function roomFacts(state: readonly StateEvent[], serverName: string): RoomFacts {
  const content = (type: string): JsonObject | undefined => findState(state, type)?.content;
  const create = findState(state, "m.room.create");
  return {
    name: stringMember(content("m.room.name"), "name") ?? null,
    topic: stringMember(content("m.room.topic"), "topic") ?? null,
    avatar: stringMember(content("m.room.avatar"), "url") ?? null,
    type: typeOf(state, serverName),
    scope: { scope_kind: isIncognito(state) ? "incognito" : "normal" },
    visibility: visibilityOf(content("m.room.join_rules"), content(POLICY)),
    created_at: create?.origin_server_ts ?? null,
    creator: create?.sender ?? null,
    room_version: stringMember(create?.content, "room_version") ?? "1",
  };
}

function typeOf(state: readonly StateEvent[], serverName: string): RoomFacts["type"] {
  if (isSidekick(state)) return "sidekick";
  if (isBridge(state)) return "bridge";
  if (isFederated(state, serverName)) return "federated";
  return stringMember(findState(state, "m.room.create")?.content, "type") === "m.space" ? "space" : "group";
}

/** The service has made it to try out what the homeserver does. */
export function isProbeRoom(state: readonly StateEvent[], serviceUser: string): boolean {
  const create = findState(state, "m.room.create");
  return create?.sender === serviceUser && member(create.content, PROBE) === true;
}

/** Its policy says that it belongs to another room. */
export function isSidekick(state: readonly StateEvent[]): boolean {
  return policyOf(state, "room_type") === "sidekick";
}

/** A bridge has marked it (MSC2346), and has not taken the mark back by emptying it. */
export function isBridge(state: readonly StateEvent[]): boolean {
  if (policyOf(state, "room_type") === "bridge") return true;
  return state.some((event) => BRIDGE_TYPES.includes(event.type) && Object.keys(event.content).length > 0);
}

/** Made by somebody of another server. A room id does not tell: from version 12 on it has no server name. */
export function isFederated(state: readonly StateEvent[], serverName: string): boolean {
  if (policyOf(state, "room_type") === "federated") return true;
  const create = findState(state, "m.room.create");
  return create !== undefined && serverOf(create.sender) !== serverName;
}

export function isIncognito(state: readonly StateEvent[]): boolean {
  return policyOf(state, "scope_kind") === "incognito";
}

function visibilityOf(joinRules: JsonObject | undefined, policy: JsonObject | undefined): RoomFacts["visibility"] {
  if (stringMember(joinRules, "join_rule") === "public") return "public";
  const said = stringMember(policy, "visibility");
  return said === "public" || said === "restricted" ? said : "private";
}

function policyOf(state: readonly StateEvent[], key: string): string | undefined {
  return stringMember(findState(state, POLICY)?.content, key);
}
