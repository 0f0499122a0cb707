import { Agent, interceptors, request, type Dispatcher } from "undici";
import { fromAnswer, fromConnection } from "../call-failed.ts";
import type { HomeserverClient } from "../client.ts";
import { metered } from "../metered.ts";

/** Files are streamed, unlike JSON. A redirect to other storage is followed, there without the token. */
const dispatcher = new Agent({ headersTimeout: 120_000, bodyTimeout: 60_000 }).compose(
  interceptors.redirect({ maxRedirections: 3 }),
);

type MediaRequest = Pick<Dispatcher.RequestOptions, "method" | "body"> & { headers?: Record<string, string> };

/**
 * One attempt at a media call.
 * @throws CallFailed
 */
export async function mediaRequest(
  client: HomeserverClient,
  target: string,
  options: MediaRequest,
  signal: AbortSignal | undefined,
): Promise<Dispatcher.ResponseData> {
  return await metered(client.meter, { method: options.method, path: target }, () =>
    attempt(client, target, options, signal),
  );
}

async function attempt(
  client: HomeserverClient,
  target: string,
  options: MediaRequest,
  signal: AbortSignal | undefined,
): Promise<Dispatcher.ResponseData> {
  let answer: Dispatcher.ResponseData;
  try {
    const headers = { ...options.headers, authorization: `Bearer ${client.accessToken}` };
    answer = await request(client.url + target, { ...options, headers, signal, dispatcher });
  } catch (error) {
    signal?.throwIfAborted();
    throw fromConnection(error);
  }
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
  const retryAfter = answer.headers["retry-after"];
  const body = Buffer.from(await whole(answer.body.arrayBuffer()));
  throw fromAnswer(answer.statusCode, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, body);
}

/** An answer to its end. @throws CallFailed where it breaks off */
export async function whole<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw fromConnection(error);
  });
}
