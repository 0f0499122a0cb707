import { z } from "zod";
import { MEMBERSHIPS, membersOptions } from "../../../rooms/options.ts";
import type { RoomMember } from "../../../rooms/operations/list-members.ts";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";

const ROOM_MEMBER = z
  .object({
    user_id: z.string(),
    display_name: z.string().nullable(),
    membership: z.enum(MEMBERSHIPS),
    power_level: z.number().nullable().describe("null: a creator, who stands above every level"),
  })
  .meta({ id: "RoomMember" }) satisfies z.ZodType<RoomMember>;

export const listMembersRoute = route({
  method: "get",
  path: "/v1/rooms/{roomId}/members",
  operationId: "listRoomMembers",
  summary: "Who is or was in a room",
  description:
    "For a room that the requester is in, read with the requester's own token; with an admin token as the service user. The owner of a room that the service made, and admins, see it without being in it.",
  query: membersOptions,
  answers: { 200: json(z.object({ members: z.array(ROOM_MEMBER) }), "The people, by name") },
  async handle({ request, response, requester, query, rooms }) {
    const roomId = pathParameter(request, "roomId");
    response.json({ members: await rooms.listMembers(roomId, requester, query.membership) });
  },
});
