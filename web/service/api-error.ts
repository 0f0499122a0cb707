import * as z from "zod/mini";

const ERROR = z.object({
  errcode: z.catch(z.string(), "M_UNKNOWN"),
  error: z.catch(z.string(), ""),
  reasons: z.catch(z.array(z.object({ message: z.string() })), []),
  room_id: z.catch(z.optional(z.string()), undefined),
});

/** What a server answered instead of what was asked for; `message` is its own sentence. */
export class ApiError extends Error {
  /** 0: it did not answer */
  readonly status: number;
  readonly errcode: string;
  readonly reasons: readonly string[];
  /** the room that it is about */
  readonly roomId: string | undefined;

  constructor(status: number, errcode: string, message: string, reasons: readonly string[] = [], roomId?: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errcode = errcode;
    this.reasons = reasons;
    this.roomId = roomId;
  }

  /** Of a response that is no success. */
  static of(status: number, body: unknown): ApiError {
    const {
      errcode,
      error,
      reasons,
      room_id: roomId,
    } = ERROR.parse(typeof body === "object" && body !== null ? body : {});
    return new ApiError(
      status,
      errcode,
      error || `HTTP ${String(status)}`,
      reasons.map(({ message }) => message),
      roomId,
    );
  }
}

/** What the page itself has to say, in its own language. */
export class PageError extends Error {
  override readonly name = "PageError";
}

/** One sentence about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
