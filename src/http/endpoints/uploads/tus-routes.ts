import { empty, type Answer } from "../../answers.ts";
import { route, type Route } from "../../route.ts";
import { tusProtocol, UPLOADS_PATH } from "./tus.ts";

const VERSION = { "Tus-Resumable": "1.0.0" };
const OFFSET = { "Upload-Offset": "How many bytes are here" };
/** Bytes of an upload (tus). */
const BYTES = "application/offset+octet-stream";

const answered = (what: string, headers: Answer["headers"] = {}): Answer => empty(what, { ...VERSION, ...headers });

/** The endpoints of the tus protocol: any client of it can use them. */
export function tusRoutes(): Route[] {
  const tus = tusProtocol();
  const one = `${UPLOADS_PATH}/{uploadId}`;
  return [
    route({
      method: "post",
      path: UPLOADS_PATH,
      operationId: "createUpload",
      summary: "Begin an upload that can be resumed",
      description:
        "The protocol is tus 1.0.0, with the extensions creation, creation-with-upload and termination. What forbids an import, or leaves no room for so many bytes, is refused here, before any are sent.",
      headers: {
        ...VERSION,
        "Upload-Length": "Bytes of the whole file",
        "Upload-Metadata": "What the file is: `filename` and its name in Base64, for example",
      },
      answers: { 201: answered("Begun", { Location: "Where to send the bytes; the upload's id stands at its end" }) },
      fails: [404, 408, 409, 412, 413, 507],
      handle: tus,
    }),
    route({
      method: "head",
      path: one,
      operationId: "uploadOffset",
      summary: "How much of an upload is here",
      headers: VERSION,
      answers: { 200: answered("So much", { ...OFFSET, "Upload-Length": "Bytes of the whole file" }) },
      fails: [404, 409, 412],
      handle: tus,
    }),
    route({
      method: "patch",
      path: one,
      operationId: "resumeUpload",
      summary: "Send more of an upload",
      description: "What has arrived stays, also where the connection drops or the service stops.",
      headers: { ...VERSION, "Upload-Offset": "Where these bytes belong: behind those that are here" },
      bytes: BYTES,
      answers: { 204: answered("Taken", OFFSET) },
      fails: [404, 408, 409, 412, 413, 507],
      handle: tus,
    }),
    route({
      method: "delete",
      path: one,
      operationId: "deleteUpload",
      summary: "Delete an upload",
      headers: VERSION,
      answers: { 204: answered("Deleted") },
      fails: [404, 409, 412],
      handle: tus,
    }),
  ];
}
