import { isObject, member, objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import type { SpaceChild } from "./collection-index.ts";

/** The order of strings that the specification allows as `order` of a room in a space. */
const ORDER = /^[\x20-\x7e]{1,50}$/;
/** Of a state event. */
interface StateEvent {
  type: string;
  state_key?: string | undefined;
  origin_server_ts: number;
  content: JsonObject;
}

/** How a room belongs to others: what it lists where it is a space, and the room that it took the place of. */
export interface RoomRelations {
  children?: SpaceChild[];
  predecessor?: string;
}

/** What the state of a room says of other rooms. */
export function relationsOf(state: readonly StateEvent[]): RoomRelations {
  const create = state.find(({ type, state_key }) => type === "m.room.create" && state_key === "")?.content;
  const predecessor = stringMember(objectMember(create, "predecessor"), "room_id");
  return {
    ...(stringMember(create, "type") === "m.space" && { children: spaceChildren(state) }),
    ...(predecessor !== undefined && { predecessor }),
  };
}

/** The rooms that a space lists, in their order (client-server API, "Ordering of children within a space"). */
export function spaceChildren(state: readonly StateEvent[]): SpaceChild[] {
  const listed = state.filter(({ type, content }) => type === "m.space.child" && viaOf(content).length > 0);
  listed.sort(
    (a, b) =>
      // rooms without a valid order come last
      compare(orderOf(a.content) ?? "\x7f", orderOf(b.content) ?? "\x7f") ||
      a.origin_server_ts - b.origin_server_ts ||
      compare(a.state_key ?? "", b.state_key ?? ""),
  );
  return listed.map(({ state_key: room_id = "", content }) => ({
    room_id,
    order: orderOf(content) ?? null,
    suggested: member(content, "suggested") === true,
    via: viaOf(content),
  }));
}

function viaOf(content: JsonObject): string[] {
  const via = isObject(content) ? member(content, "via") : undefined;
  return Array.isArray(via) ? via.filter((server) => typeof server === "string") : [];
}

function orderOf(content: JsonObject): string | undefined {
  const order = stringMember(content, "order") ?? "";
  return ORDER.test(order) ? order : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
