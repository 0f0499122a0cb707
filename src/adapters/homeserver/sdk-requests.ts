import { setRequestFn } from "matrix-bot-sdk/lib/request.js";
import { Agent, type Dispatcher } from "undici";

/** What the bot SDK asks its request function for (the part of the `request` package's parameters that it uses). */
interface SdkRequest {
  uri: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  headers: Record<string, string>;
  body?: Buffer | string;
  /** milliseconds without a sign of life */
  timeout: number;
}

/** An answer, whatever its status. */
export interface SdkAnswer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

type Answered = (error: unknown, answer?: SdkAnswer, body?: Buffer) => void;

const agent = new Agent();

/**
 * Has the bot SDK make its calls through undici: an import makes one call after the other, and the `request` package, which it would
 * use, takes more processor time for one than all that the import itself does. An answer that breaks off is an error here.
 */
export function callThroughUndici(): void {
  setRequestFn((request: SdkRequest, answered: Answered): void => {
    answerTo(request).then(
      (answer) => answered(null, answer, answer.body),
      (error: unknown) => answered(error),
    );
  });
}

function answerTo({ uri, method, headers, body = "", timeout }: SdkRequest): Promise<SdkAnswer> {
  const { origin, pathname, search } = new URL(uri);
  return new Promise((resolve, reject) => {
    const times = { headersTimeout: timeout, bodyTimeout: timeout };
    const call = { origin, path: pathname + search, method, headers, body: method === "GET" ? null : body, ...times };
    agent.dispatch(call, new WholeAnswer(resolve, reject));
  });
}

/** Takes an answer in as it comes: a stream of it would cost a fifth of what a call does, and answers are small or wanted whole. */
class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: SdkAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #statusCode = 0;
  #headers: SdkAnswer["headers"] = {};

  constructor(resolve: (answer: SdkAnswer) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {
    // undici wants the method
  }

  onResponseStart(_controller: unknown, statusCode: number, headers: SdkAnswer["headers"]): void {
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...more] = this.#chunks;
    const body = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#resolve({ statusCode: this.#statusCode, headers: this.#headers, body });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#reject(error);
  }
}
