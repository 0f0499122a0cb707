import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answerWith, forwardingServer } from "./forwarding-server.ts";
import { seededRandom } from "./seeded-random.ts";

/** What can happen to a call. Where the homeserver never sees it, nothing was done; else it was, whatever the caller hears. */
const FAULTS = [
  /** the homeserver never sees it: 429 with `retry_after_ms` */
  "limited",
  /** the homeserver never sees it: 500 */
  "failed",
  /** the homeserver never sees it: 502, with a page instead of JSON */
  "bad gateway",
  /** the homeserver never sees it: the connection is cut */
  "cut before",
  /** the homeserver does it while the caller's connection is cut */
  "cut during",
  /** the homeserver has done it, and the connection is cut instead of its answer */
  "cut after",
  /** the homeserver has done it, and its answer breaks off half-way: shorter than its Content-Length says */
  "half an answer",
  /** the homeserver has done it, and the proxy says 504 */
  "gateway timeout",
  /** the answer comes late */
  "slow",
] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultProxy {
  /** stands for the homeserver's, without a slash at the end */
  readonly url: string;
  /** calls that came in */
  readonly calls: number;
  /** how often each fault has happened */
  readonly faults: Readonly<Record<Fault, number>>;
  close(): Promise<void>;
}

/** How long a slow answer takes, in milliseconds: from, to. */
const SLOW_MS = [300, 1500] as const;

/**
 * A proxy at 127.0.0.1 before `target` that harms a part of the calls (`rate`: 0 to 1): which ones and how follows from `seed`
 * and the order in which they come. What it lets through it leaves as it is, and a broken answer can be told from a whole one.
 */
export async function faultProxy(target: string, options: { rate: number; seed: number }): Promise<FaultProxy> {
  const random = seededRandom(options.seed);
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  let calls = 0;

  const server = await forwardingServer(target, async ({ request, response, forward }) => {
    calls++;
    // all are drawn for every call, so that one fault more or less does not change those that follow
    const [harmed, choice, much] = [random() < options.rate, random(), random()];
    const fault = harmed ? FAULTS[Math.floor(choice * FAULTS.length)] : undefined;
    if (fault) faults[fault]++;
    switch (fault) {
      case "limited":
        json(response, 429, { errcode: "M_LIMIT_EXCEEDED", error: "Too fast", retry_after_ms: Math.ceil(much * 500) });
        return;
      case "failed":
        json(response, 500, { errcode: "M_UNKNOWN", error: "Internal server error" });
        return;
      case "bad gateway":
        page(response, 502);
        return;
      case "cut before":
        request.socket.destroy();
        return;
      case "cut during":
        request.socket.destroy();
        await forward();
        return;
    }
    const real = await forward().catch(() => undefined);
    if (!real) {
      // the homeserver is away: as any proxy says it
      page(response, 502);
      return;
    }
    switch (fault) {
      case "cut after":
        request.socket.destroy();
        return;
      case "gateway timeout":
        page(response, 504);
        return;
      case "half an answer": {
        const half = real.body.subarray(0, real.body.length >> 1);
        const headers = { ...real.headers, "content-length": real.body.length };
        response.writeHead(real.status, headers).write(half, () => request.socket.destroy());
        return;
      }
      case "slow":
        await sleep(SLOW_MS[0] + much * (SLOW_MS[1] - SLOW_MS[0]));
    }
    answerWith(response, real);
  });
  return {
    ...server,
    faults,
    get calls() {
      return calls;
    },
  };
}

function json(response: ServerResponse, status: number, body: Record<string, string | number>): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function page(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/html" }).end(`<h1>${status}</h1>`);
}
