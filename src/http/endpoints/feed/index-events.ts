import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { IndexFeed } from "../../../feed/index-feed.ts";
import { feedOptions } from "../../../feed/options.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import { route, type Route } from "../../route.ts";
import { STALLED_MS } from "../../send-bundle.ts";

const LINE = z
  .object({
    type: z.enum(["event", "remove", "remove_room", "end"]),
    room_id: z.string().optional(),
    event_id: z.string().optional().describe("the same for all lines of one message, edits included"),
    event_type: z.string().optional(),
    sender: z.string().optional().describe("who wrote it; of what an import brought, the original author"),
    origin_server_ts: z.number().optional().describe("milliseconds since the epoch"),
    state_key: z.string().optional(),
    body: z.string().optional().describe("the text, where there is one"),
    content: z.looseObject({}).optional().describe("as it stands now: of an edited message, the latest"),
    edited_ts: z.number().optional().describe("when it was edited last"),
    _imported_sender: z.looseObject({}).optional().describe("the author of what an import brought, as they were then"),
    more: z.boolean().optional().describe("of the last line: is there more to be had at once?"),
    next: z.string().describe("token with which to go on after this line"),
  })
  .meta({ id: "FeedLine" });

/** The feed for indexers, one JSON object a line. An answer that breaks off before its last line (`end`) can be resumed. */
export function indexEventsRoute(feed: Pick<IndexFeed, "open">): Route {
  return route({
    method: "get",
    path: "/v1/index/events",
    operationId: "indexEvents",
    summary: "What search engines may know, and must forget",
    description:
      "For admins and admin tokens. One JSON object a line; the last one is of the type `end`: without it the answer has broken off, and is gone on with from the last whole line. Every line is delivered at least once. More in docs/indexing.md.",
    query: feedOptions,
    answers: { 200: { description: "The lines", content: { "application/x-ndjson": LINE } } },
    async handle({ response, requester, query }) {
      const lines = await feed.open(requester, query);
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
  });
}

async function* texts(lines: AsyncIterable<JsonObject>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
