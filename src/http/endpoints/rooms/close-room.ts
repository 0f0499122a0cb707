import { z } from "zod";
import { json } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";

const CLOSED = z
  .object({
    closed: z.boolean(),
    events: z
      .enum(["purged", "redacted"])
      .nullable()
      .describe("`purged` from the homeserver's database, or `redacted`"),
  })
  .meta({ id: "Closed" });

export const closeRoomRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/close",
  operationId: "closeRoom",
  summary: "Close a room for good: everybody is removed, what was said is deleted",
  description:
    "503 IO.ROOMPORTER.NOT_PURGED: everybody is removed and everything redacted, but the homeserver has not deleted the room, as the service's configuration asks for. 503 IO.ROOMPORTER.NOT_REDACTED: everybody is removed, but the homeserver still shows what it was told to redact. Both are tried again by themselves.",
  answers: {
    200: json(CLOSED, "Closed"),
    202: json(CLOSED, "Still closing; it continues in the background, also after a restart"),
  },
  fails: [404],
  async handle({ request, response, requester, rooms }) {
    const events = await rooms.close(pathParameter(request, "roomId"), requester);
    response.status(events === undefined ? 202 : 200).json({ closed: events !== undefined, events: events ?? null });
  },
});
