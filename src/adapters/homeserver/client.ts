// not the whole SDK: its index loads encryption, storage and bridges, a fifth of what the service would hold
import { doHttpRequest } from "matrix-bot-sdk/lib/http.js";
import { LogService } from "matrix-bot-sdk/lib/logging/LogService.js";
import type { JsonObject, JsonValue } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { Permit } from "../../ports/homeserver/homeserver-access.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Timer } from "../../ports/timer.ts";
import type { HomeserverMeter } from "../../ports/metrics.ts";
import { knownFailure } from "./answers.ts";
import { fromAnswer, fromConnection, jsonOf, type CallFailed } from "./call-failed.ts";
import { endpointOf } from "./endpoints.ts";
import { metered, retryReason } from "./metered.ts";
import { abortable, PATIENCE_MS, withPatience, type LookBack } from "./patience.ts";
import { callThroughUndici, type SdkAnswer } from "./sdk-requests.ts";

// It would log whole error answers; this adapter logs its calls itself, without bodies.
LogService.muteModule("MatrixHttpClient");
callThroughUndici();

export interface HomeserverClientOptions {
  /** base URL of the client-server API */
  url: string;
  /** empty: none is sent */
  accessToken: string;
  /** an application service names the user that it acts as: goes with every call as `user_id` */
  userId?: string;
  logger: Logger;
  /** is told of every attempt */
  meter?: HomeserverMeter | undefined;
  /** how long to wait for a homeserver that is away, in milliseconds */
  patienceMs?: number;
  /** by which it waits */
  timer?: Timer | undefined;
  /** ends every call of this client, also those that wait */
  signal?: AbortSignal;
  /** awaited before each attempt at a call, and before what was read is given out; its rejection ends the call */
  permit?: Permit | undefined;
}

export interface HomeserverCall {
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
  /** asked before the call is made again, where the homeserver may have done it: not every homeserver knows a repeated call */
  lookBack?: LookBack<JsonValue>;
}

const TIMEOUT_MS = 60_000;

/** Encodes the parts of an address below a prefix. */
type PathTag = (literals: TemplateStringsArray, ...parts: string[]) => string;

/**
 * path`/rooms/${roomId}/leave`: below the API's prefix, with the parts encoded.
 * @throws HomeserverError where a part is not well-formed Unicode: no address can hold it
 */
export const path = below("/_matrix/client/v3");

/** The same for what is new since the API's third version, and has its own count. */
export const pathV1 = below("/_matrix/client/v1");

/** Of the server-server API, as far as everybody may ask it. */
export const pathFederation = below("/_matrix/federation/v1");

function below(prefix: string): PathTag {
  return (literals, ...parts) => {
    if (!parts.every((part) => part.isWellFormed()))
      throw new HomeserverError(400, "M_INVALID_PARAM", "a lone surrogate cannot stand in an address");
    return prefix + String.raw({ raw: literals }, ...parts.map(encodeURIComponent));
  };
}

/** Calls of the client-server API with one access token: JSON both ways, without loss of numbers, and patient. */
export class HomeserverClient {
  readonly url: string;
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly logger: Logger;
  readonly meter: HomeserverMeter | undefined;
  readonly patienceMs: number;
  readonly timer: Timer | undefined;
  readonly signal: AbortSignal | undefined;
  readonly #permit: Permit | undefined;

  constructor(options: HomeserverClientOptions) {
    this.url = options.url.replace(/\/+$/, "");
    this.accessToken = options.accessToken;
    this.userId = options.userId;
    this.logger = options.logger;
    this.meter = options.meter;
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.timer = options.timer;
    this.signal = options.signal;
    this.#permit = options.permit;
  }

  /** The same client, ended by this signal too, and asking for this permit. */
  until(signal: AbortSignal, permit?: Permit): HomeserverClient {
    const { url, accessToken, userId, logger, meter, patienceMs, timer } = this;
    const user = userId !== undefined && { userId };
    return new HomeserverClient({
      url,
      accessToken,
      ...user,
      logger,
      meter,
      patienceMs,
      timer,
      signal: this.#joined(signal) ?? signal,
      permit,
    });
  }

  /**
   * The answer's JSON.
   * @throws HomeserverError for good: see `withPatience`; UnexpectedAnswer where the homeserver has no such endpoint
   */
  async call(call: HomeserverCall): Promise<JsonValue> {
    return await this.read(call, jsonOf, call.lookBack);
  }

  /**
   * What `parse` makes of the answer.
   * @param parse throws CallFailed where the homeserver is to be asked again
   * @throws HomeserverError as `call` does
   */
  async read<T>(call: HomeserverCall, parse: (body: Buffer) => T, lookBack?: LookBack<T>): Promise<T> {
    const ask = async (): Promise<T> => parse(await this.#attempt(call));
    const attempt = (signal: AbortSignal | undefined): Promise<T> =>
      abortable(metered(this.meter, call, ask, this.timer), signal);
    return await this.patiently(call, attempt, lookBack);
  }

  /** Repeats an attempt as this client's patience allows. */
  async patiently<T>(
    call: { method: string; path: string; repeatable?: boolean; signal?: AbortSignal },
    attempt: (signal: AbortSignal | undefined) => Promise<T>,
    lookBack?: LookBack<T>,
  ): Promise<T> {
    const signal = this.#joined(call.signal);
    const onWait = (failure: CallFailed, waitMs: number): void => {
      const { status, errcode } = failure;
      // not the address: it may hold an alias or a state key that somebody wrote
      const fields = { method: call.method, endpoint: endpointOf(call.path), status, errcode };
      this.logger.debug({ ...fields, wait_ms: Math.round(waitMs) }, "the homeserver is asked again");
      this.meter?.repeated(retryReason(failure));
    };
    const { patienceMs, timer } = this;
    const permitted = async (): Promise<T> => {
      await this.#permit?.();
      return attempt(signal);
    };
    const rules = { patienceMs, repeatable: call.repeatable ?? true, signal, timer, onWait };
    const answer = await withPatience(permitted, rules, lookBack).catch((error: unknown) => {
      throw knownFailure(call, error);
    });
    // what was written must be noted down; what was read by one who has lost the right to go on is not to be used
    if (call.method === "GET") await this.#permit?.();
    return answer;
  }

  #joined(signal: AbortSignal | undefined): AbortSignal | undefined {
    return this.signal && signal && this.signal !== signal
      ? AbortSignal.any([this.signal, signal])
      : (this.signal ?? signal);
  }

  async #attempt(call: HomeserverCall): Promise<Buffer> {
    // always a body where the method has one: the homeserver wants JSON there
    const body = call.method === "GET" ? null : Buffer.from(JSON.stringify(call.body ?? {}));
    try {
      const timeout = call.timeoutMs ?? TIMEOUT_MS;
      const target = call.path + this.queryString(call.query);
      return (await doHttpRequest(
        this.url,
        call.method,
        target,
        null,
        body,
        // none is not an empty one, which homeservers refuse where they ask for none
        this.accessToken === "" ? {} : { Authorization: `Bearer ${this.accessToken}` },
        timeout,
        false,
        "application/json",
        true,
      )) as Buffer;
    } catch (error) {
      if (!isAnswer(error)) throw fromConnection(error);
      const retryAfter = error.headers["retry-after"];
      throw fromAnswer(error.statusCode, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, error.body);
    }
  }

  /** `?a=b`, with the user to act as; "" where there is nothing to say. */
  queryString(query: HomeserverCall["query"]): string {
    const pairs: [string, string][] = [];
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) pairs.push([key, String(value)]);
    if (this.userId !== undefined) pairs.push(["user_id", this.userId]);
    return pairs.length === 0 ? "" : "?" + new URLSearchParams(pairs).toString();
  }
}

/** What the bot SDK throws where the answer is not 2xx. */
function isAnswer(error: unknown): error is SdkAnswer {
  return (
    typeof error === "object" &&
    error !== null &&
    "statusCode" in error &&
    "body" in error &&
    Buffer.isBuffer(error.body)
  );
}
