import type { Response } from "express";
import { z } from "zod";
import type { Closed } from "../../../rooms/room-closing.ts";
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

/** What a room's closing is answered with. */
export const CLOSING = {
  answers: {
    200: json(CLOSED, "Closed"),
    202: json(CLOSED, "Still closing; it continues in the background, also after a restart"),
  },
  fails: [404],
} as const;

export const closeRoomRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/close",
  operationId: "closeRoom",
  summary: "Close a room for good: everybody is removed, what was said is deleted",
  description:
    "503 IO.ROOMPORTER.NOT_PURGED: everybody is removed and everything redacted, but the homeserver has not deleted the room, as the service's configuration asks for. 503 IO.ROOMPORTER.NOT_REDACTED: everybody is removed, but the homeserver still shows what it was told to redact. Both are tried again by themselves.",
  ...CLOSING,
  async handle({ request, response, requester, rooms }) {
    answerClosed(response, await rooms.close(pathParameter(request, "roomId"), requester));
  },
});

export function answerClosed(response: Response, events: Closed | undefined): void {
  response.status(events === undefined ? 202 : 200).json({ closed: events !== undefined, events: events ?? null });
}
