import { z } from "zod";

/** What an endpoint answers, by status. */
export type Answers = Readonly<Record<number, Answer>>;

export interface Answer {
  description: string;
  /** by media type */
  content: Readonly<Record<string, z.ZodType>>;
  /** header to what it says */
  headers?: Readonly<Record<string, string>>;
}

/** An answer of JSON in this shape. */
export function json(shape: z.ZodType, description: string, headers?: Answer["headers"]): Answer {
  return { description, content: { "application/json": shape }, ...(headers && { headers }) };
}

/** Bytes, or text that no shape describes. */
export function raw(mediaType: string, description: string, headers?: Answer["headers"]): Answer {
  const binary = mediaType === "application/zip" ? z.string().meta({ format: "binary" }) : z.string();
  return { description, content: { [mediaType]: binary }, ...(headers && { headers }) };
}

/** Nothing but headers. */
export function empty(description: string, headers?: Answer["headers"]): Answer {
  return { description, content: {}, ...(headers && { headers }) };
}

/** A ZIP to be saved. */
export function zip(description: string, headers: Answer["headers"] = {}): Answer {
  return raw("application/zip", description, { "Content-Disposition": "The name to save it under", ...headers });
}

/** Every error. */
export const ERROR = z
  .object({
    errcode: z.string(),
    error: z.string().describe("One sentence for people"),
    reasons: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
    job_id: z.string().nullable().optional().describe("IO.ROOMPORTER.ALREADY_IMPORTED: the earlier import"),
    room_id: z.string().nullable().optional().describe("the room that it has made, once it is there"),
  })
  .meta({ id: "Error" });

/** What each status of a failure means. */
export const FAILURES = {
  400: "Wrong parameters or body, a refusal, or a bundle with faults: `reasons` lists them",
  401: "No access token (M_MISSING_TOKEN), or one that is not known any more (M_UNKNOWN_TOKEN)",
  403: "Not allowed",
  404: "Not there, or not to be seen",
  405: "There is no such method at this address: the header Allow names those that there are",
  409: "The job, or the room, is not in a state for this; or you have imported this bundle before (IO.ROOMPORTER.ALREADY_IMPORTED)",
  408: "The body did not arrive in time",
  412: "The request names no version of the protocol, or one that the service does not know: `Tus-Resumable: 1.0.0`",
  410: "The bundle is not kept any more, or its room was closed (IO.ROOMPORTER.ROOM_CLOSED)",
  413: "Larger than the service takes",
  416: "No such range",
  431: "The address and the headers are too long",
  429: "Too many wrong tokens from this address, or as many unfinished jobs, exports or uploads as one may have: `Retry-After` says when to try again",
  502: "The homeserver does not answer, or is rate-limiting requests",
  503: "The database or the bundle store does not answer",
  507: "Too little free disk space, or more than the service keeps for one user",
} as const;
export type Failure = keyof typeof FAILURES;

/** What every endpoint behind a token can fail with: 400 for a broken address or an unknown parameter. */
export const ALWAYS: readonly Failure[] = [400, 401, 403, 429, 502, 503];
