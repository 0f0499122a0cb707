import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { IndexFeed } from "../../feed/index-feed.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { indexOptions } from "./queries.ts";
import type { Route } from "../route.ts";
import { STALLED_MS } from "../send-bundle.ts";

/** The feed for indexers, one JSON object a line. An answer that breaks off before its last line (`end`) can be gone on with. */
export function indexRoute(feed: Pick<IndexFeed, "open">): Route {
  return {
    method: "get",
    path: "/index/events",
    async handle({ request, response, requester }) {
      const lines = await feed.open(requester, indexOptions(request));
      response.setHeader("Content-Type", "application/x-ndjson");
      // nginx is not to gather what comes
      response.setHeader("X-Accel-Buffering", "no");
      response.setTimeout(STALLED_MS, () => response.destroy());
      try {
        await pipeline(Readable.from(texts(lines)), response);
      } catch (error) {
        // whoever asked is gone
        if (!response.closed) throw error;
      }
    },
  };
}

async function* texts(lines: AsyncIterable<JsonObject>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
