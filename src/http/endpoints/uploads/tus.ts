import { Readable } from "node:stream";
import { ERRORS, MemoryLocker, Server } from "@tus/server";
import type { Request as HttpRequest } from "express";
import { isObject } from "../../../matrix/json.ts";
import { RequestError, type FailureKind } from "../../../requests/failures/failure.ts";
import { mayTakeTime } from "../../body-time.ts";
import type { ApiCall } from "../../route.ts";
import { STALLED_MS } from "../../send-bundle.ts";
import { TusStore } from "./tus-store.ts";

/** Where uploads are; the address of each is below it. */
export const UPLOADS_PATH = "/v1/uploads";

/** Answers one request of the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload). @throws RequestError */
export type Tus = (call: Pick<ApiCall, "request" | "response" | "requester" | "uploads">) => Promise<void>;

/** The protocol, with the locks that let one connection at a time go on with an upload. */
export function tusProtocol(): Tus {
  const locker = new MemoryLocker();
  return async ({ request, response, requester, uploads }) => {
    let failure: unknown;
    const server = new Server({
      path: UPLOADS_PATH,
      relativeLocation: true,
      datastore: new TusStore(uploads, requester),
      locker,
      allowedOrigins: [],
      onResponseError(_request, error) {
        failure = error;
        return undefined;
      },
    });
    mayTakeTime(request);
    request.setTimeout(STALLED_MS, () => request.destroy());
    const answer = await server.handleWeb(webRequest(request));
    request.setTimeout(0);
    if (answer.status >= 400) throw told(answer.status, await answer.text(), failure);
    response.status(answer.status);
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.end();
  };
}

function webRequest(request: HttpRequest): Request {
  const { method, originalUrl } = request;
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const hasBody = method === "POST" || method === "PATCH";
  const body = hasBody ? Readable.toWeb(request) : undefined;
  return new Request(new URL(originalUrl, "http://localhost"), {
    method,
    headers,
    ...(body && { body, duplex: "half" as const }),
  });
}

/** What the library said, as every endpoint says it. */
function told(status: number, text: string, failure: unknown): Error {
  if (failure instanceof RequestError) return failure;
  const said = isObject(failure) && typeof failure["body"] === "string" ? failure["body"] : text;
  const [kind, errcode, message] = FAILURES[said.trim()] ?? BY_STATUS[status] ?? [];
  if (kind !== undefined && errcode !== undefined)
    return new RequestError(kind, errcode, message ?? `The upload request is wrong: ${said.trim()}`);
  return failure instanceof Error ? failure : new Error(`the upload failed: ${said}`);
}

type Told = readonly [kind: FailureKind, errcode: string, message?: string];

const TAKEN_OVER: Told = ["conflict", "M_BAD_STATE", "Another connection goes on with this upload"];
const FAILURES: Readonly<Record<string, Told>> = {
  [ERRORS.ABORTED.body]: TAKEN_OVER,
  [ERRORS.ERR_LOCK_TIMEOUT.body]: TAKEN_OVER,
};
const BY_STATUS: Readonly<Record<number, Told>> = {
  400: ["invalid", "M_INVALID_PARAM"],
  403: ["invalid", "M_MISSING_PARAM"],
  404: ["not_found", "M_NOT_FOUND", "There is no such upload"],
  409: [
    "conflict",
    "M_BAD_STATE",
    "Upload-Offset is not where this upload stands: ask with HEAD, and go on from there",
  ],
  412: ["version_unknown", "M_UNRECOGNIZED", "The header Tus-Resumable: 1.0.0 is missing"],
  413: ["too_large", "M_TOO_LARGE", "That is more than the upload was announced to have (Upload-Length)"],
  501: ["invalid", "M_UNRECOGNIZED"],
};
