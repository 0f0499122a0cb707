import { pathParameter, route } from "../../route.ts";
import { answerClosed, CLOSING } from "../rooms/close-room.ts";

export const undoImportRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/undo",
  operationId: "undoImport",
  summary: "Close a room that an import has made for you",
  description:
    "What was said in the room is deleted, also what people have said there since. It fails as closing does.",
  ...CLOSING,
  async handle({ request, response, requester, imports }) {
    answerClosed(response, await imports.undo(pathParameter(request, "roomId"), requester));
  },
});
