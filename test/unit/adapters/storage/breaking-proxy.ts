import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { onLoopback } from "../../../support/loopback.ts";

/**
 * What becomes of a call: an answer of that status in place of the server's, a body that is cut after so many bytes, or what the
 * server answers to another range (undefined: to a call without one).
 */
export type Breakage = { status: number; body?: string } | { cutAfter: number } | { range: string | undefined };

export interface BreakingProxy {
  readonly url: string;
  /** asked for each call; undefined: it is let through */
  breaks: (call: IncomingMessage) => Breakage | undefined;
  close(): Promise<void>;
}

/** A proxy at 127.0.0.1 before `target` that breaks the calls that a test wants broken. */
export async function breakingProxy(target: string): Promise<BreakingProxy> {
  async function serve(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const breakage = proxy.breaks(call);
    if (breakage && "status" in breakage) {
      call.resume();
      await once(call, "end");
      answer.writeHead(breakage.status).end(breakage.body);
      return;
    }
    const { method } = call;
    const headers = { ...call.headers };
    if (breakage && "range" in breakage) {
      if (breakage.range === undefined) delete headers.range;
      else headers.range = breakage.range;
    }
    const onward = request(target + (call.url ?? ""), { method, headers, agent: false });
    const answered = once(onward, "response") as Promise<[IncomingMessage]>;
    const [[real]] = await Promise.all([answered, pipeline(call, onward)]);
    answer.writeHead(real.statusCode ?? 502, real.headers);
    if (!breakage || "range" in breakage) {
      await pipeline(real, answer);
      return;
    }
    let left = breakage.cutAfter;
    for await (const chunk of real as AsyncIterable<Buffer>) {
      answer.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
    call.socket.end();
  }

  const server = createServer((call, answer) => {
    serve(call, answer).catch(() => call.socket.destroy());
  });
  const { url, close } = await onLoopback(server);
  const proxy: BreakingProxy = {
    url,
    breaks: () => undefined,
    close,
  };
  return proxy;
}
