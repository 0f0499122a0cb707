import { LogService, MatrixClient } from "matrix-bot-sdk";
import { parseJson, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver.ts";
import type { Logger } from "../../ports/logger.ts";
import { fromAnswer, fromConnection, type CallFailed } from "./call-failed.ts";
import { abortable, PATIENCE_MS, withPatience } from "./patience.ts";

// It would log whole error answers; this adapter logs its calls itself, without bodies.
LogService.muteModule("MatrixHttpClient");

export interface HomeserverClientOptions {
  /** base URL of the client-server API */
  url: string;
  accessToken: string;
  /** an application service names the user that it acts as: goes with every call as `user_id` */
  userId?: string;
  logger: Logger;
  /** how long to wait for a homeserver that is away, in milliseconds */
  patienceMs?: number;
  /** ends every call of this client, also those that wait */
  signal?: AbortSignal;
}

export interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** from `/_matrix` on, encoded (see `path`) */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: JsonObject;
  /** false: the homeserver must not see this call twice; default true */
  repeatable?: boolean;
  /** milliseconds without a sign of life */
  timeoutMs?: number;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 60_000;

/** What the bot SDK throws for an answer that is not 2xx. */
interface RawAnswer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/**
 * path`/rooms/${roomId}/leave`: below the API's prefix, with the parts encoded.
 * @throws HomeserverError where a part is not well-formed Unicode: no address can hold it
 */
export function path(literals: TemplateStringsArray, ...parts: string[]): string {
  if (!parts.every((part) => part.isWellFormed()))
    throw new HomeserverError(400, "M_INVALID_PARAM", "a lone surrogate cannot stand in an address");
  return "/_matrix/client/v3" + String.raw({ raw: literals }, ...parts.map(encodeURIComponent));
}

/** Calls of the client-server API with one access token: JSON both ways, without loss of numbers, and patient. */
export class HomeserverClient {
  readonly url: string;
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly logger: Logger;
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
  readonly #sdk: MatrixClient;

  constructor(options: HomeserverClientOptions) {
    this.url = options.url.replace(/\/+$/, "");
    this.accessToken = options.accessToken;
    this.userId = options.userId;
    this.logger = options.logger;
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.signal = options.signal;
    this.#sdk = new MatrixClient(this.url, this.accessToken);
  }

  /** The same client, ended by this signal too. */
  until(signal: AbortSignal): HomeserverClient {
    const { url, accessToken, userId, logger, patienceMs } = this;
    const user = userId !== undefined && { userId };
    return new HomeserverClient({
      url,
      accessToken,
      ...user,
      logger,
      patienceMs,
      signal: this.#joined(signal) ?? signal,
    });
  }

  /**
   * The answer's JSON.
   * @throws HomeserverError for good: see `withPatience`
   */
  async call(call: Call): Promise<JsonValue> {
    return await this.patiently(call, (signal) => abortable(this.#attempt(call), signal));
  }

  /** Repeats an attempt as this client's patience allows. */
  async patiently<T>(
    call: { method: string; path: string; repeatable?: boolean; signal?: AbortSignal },
    attempt: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    const signal = this.#joined(call.signal);
    const onWait = (failure: CallFailed, waitMs: number): void => {
      const { status, errcode } = failure;
      const fields = { method: call.method, path: call.path, status, errcode, wait_ms: Math.round(waitMs) };
      this.logger.debug(fields, "the homeserver is asked again");
    };
    const { patienceMs } = this;
    return await withPatience(() => attempt(signal), {
      patienceMs,
      repeatable: call.repeatable ?? true,
      signal,
      onWait,
    });
  }

  #joined(signal: AbortSignal | undefined): AbortSignal | undefined {
    return this.signal && signal && this.signal !== signal
      ? AbortSignal.any([this.signal, signal])
      : (this.signal ?? signal);
  }

  async #attempt(call: Call): Promise<JsonValue> {
    // always a body where the method has one: the homeserver wants JSON there
    const body = call.method === "GET" ? null : Buffer.from(JSON.stringify(call.body ?? {}));
    let answer: Buffer;
    try {
      const timeout = call.timeoutMs ?? TIMEOUT_MS;
      const target = call.path + this.queryString(call.query);
      answer = (await this.#sdk.doRequest(
        call.method,
        target,
        null,
        body,
        timeout,
        false,
        "application/json",
        true,
      )) as Buffer;
    } catch (error) {
      if (!isRawAnswer(error)) throw fromConnection(error);
      const retryAfter = error.headers["retry-after"];
      throw fromAnswer(error.statusCode, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, error.body);
    }
    try {
      return parseJson(answer.toString("utf8"));
    } catch {
      throw fromAnswer(502, undefined, answer);
    }
  }

  /** `?a=b`, with the user to act as; "" where there is nothing to say. */
  queryString(query: Call["query"]): string {
    const pairs: [string, string][] = [];
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) pairs.push([key, String(value)]);
    if (this.userId !== undefined) pairs.push(["user_id", this.userId]);
    return pairs.length === 0 ? "" : "?" + new URLSearchParams(pairs).toString();
  }
}

function isRawAnswer(error: unknown): error is RawAnswer {
  return (
    typeof error === "object" &&
    error !== null &&
    "statusCode" in error &&
    "body" in error &&
    Buffer.isBuffer(error.body)
  );
}
