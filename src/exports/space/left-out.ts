import type { LeftOutRoom } from "../../collections/collection-index.ts";

export const LEFT_OUT_CODES = ["not_joined", "service_not_joined", "hidden"] as const;
export type LeftOutCode = (typeof LEFT_OUT_CODES)[number];

/**
 * Why a room of a space was not read. Who is not in a room learns nothing about it, neither whether the service is: the first sentence is
 * for both. docs/collection-format.md holds the same table.
 */
const SENTENCES: Readonly<Record<LeftOutCode, string>> = {
  not_joined: "The requester is not in this room, or the service user is not: both must be in it.",
  service_not_joined: "The service user is not in this room: invite it there, then export the space again.",
  hidden: "The homeserver does not show this room to the requester.",
};

export function leftOut({ room_id, code }: { room_id: string; code: LeftOutCode }): LeftOutRoom {
  return { room_id, code, message: SENTENCES[code] };
}
