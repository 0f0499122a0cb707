import { setRequestFn } from "matrix-bot-sdk";
import { Agent } from "undici";

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

async function answerTo({ uri, method, headers, body = "", timeout }: SdkRequest): Promise<SdkAnswer> {
  const { origin, pathname, search } = new URL(uri);
  const answer = await agent.request({
    origin,
    path: pathname + search,
    method,
    headers,
    body: method === "GET" ? null : body,
    headersTimeout: timeout,
    bodyTimeout: timeout,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { statusCode: answer.statusCode, headers: answer.headers, body: bytes };
}
