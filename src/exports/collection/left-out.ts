import type { LeftOutRoom } from "../../collections/collection-index.ts";

export const LEFT_OUT_CODES = [
  "not_joined",
  "service_not_joined",
  "hidden",
  "never_joined",
  "not_replaced",
  "too_many_predecessors",
] as const;
export type LeftOutCode = (typeof LEFT_OUT_CODES)[number];

/**
 * Why a room of a space, or a predecessor, was not read. Who is not in a room learns nothing about it, neither whether the service is: the
 * sentences of `not_joined` and `never_joined` are for both. docs/collection-format.md holds the same table.
 */
const SENTENCES: Readonly<Record<LeftOutCode, string>> = {
  not_joined: "The requester is not in this room, or the service user is not: both must be in it.",
  service_not_joined: "The service user is not in this room: invite it there, then export the space again.",
  hidden: "The homeserver does not show this room to the requester.",
  never_joined:
    "The requester has never been in this predecessor, or the service user has not: both must be or have been in it.",
  not_replaced:
    "This predecessor does not say that it was replaced by the room that names it (m.room.tombstone): any room can be named, so it was not read.",
  too_many_predecessors: "The predecessors before this one, and this one, were not read: at most 100 are followed.",
};

/** A room that was not read. */
export interface LeftOut {
  room_id: string;
  code: LeftOutCode;
}

export function leftOut({ room_id, code }: LeftOut): LeftOutRoom {
  return { room_id, code, message: SENTENCES[code] };
}
