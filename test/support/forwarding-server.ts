import { once } from "node:events";
import {
  Agent,
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { onLoopback } from "./loopback.ts";

/** A call that has come in whole, on its way to the server behind. */
export interface ForwardedCall {
  request: IncomingMessage;
  body: Buffer;
  /** Lets the server behind do it; rejects where that server is away. */
  forward(): Promise<ForwardedAnswer>;
  response: ServerResponse;
}

export interface ForwardedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ForwardingServer {
  /** stands for that of the server behind, without a slash at the end */
  readonly url: string;
  close(): Promise<void>;
}

/** A server at 127.0.0.1 before `target`; `serve` sees to each call's answer. */
export async function forwardingServer(
  target: string,
  serve: (call: ForwardedCall) => Promise<void>,
): Promise<ForwardingServer> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    const act = async (): Promise<void> => {
      const body = await bytesOf(incoming);
      await serve({ request: incoming, body, forward: () => forward(target, agent, incoming, body), response });
    };
    // a caller that goes away in the middle (it was killed) is none of the proxy's business
    act().catch(() => incoming.socket.destroy());
  });
  const { url, close } = await onLoopback(server);
  return {
    url,
    async close() {
      await close();
      agent.destroy();
    },
  };
}

/** Gives the answer on as it came. */
export function answerWith(response: ServerResponse, { status, headers, body }: ForwardedAnswer): void {
  response.writeHead(status, { ...headers, "content-length": body.length }).end(body);
}

async function forward(target: string, agent: Agent, call: IncomingMessage, body: Buffer): Promise<ForwardedAnswer> {
  const headers = { ...passed(call.headers), "content-length": body.length };
  const onward = request(target + (call.url ?? ""), { method: call.method, agent, headers });
  onward.end(body);
  const [answer] = (await once(onward, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 502, headers: passed(answer.headers), body: await bytesOf(answer) };
}

/** Headers of one connection are not those of the next one. */
function passed(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _c, "keep-alive": _k, "transfer-encoding": _t, "content-length": _l, ...rest } = headers;
  return rest;
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
