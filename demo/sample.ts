import { readFileSync } from "node:fs";

/** A message of the sample conversation: see samples/README.md. */
export interface Line {
  id: string;
  /** milliseconds since the epoch */
  ts: number;
  user: string;
  body: string;
  kind: "message" | "emote";
  /** `id` of the message that it answers */
  reply_to?: string;
}

export function sampleConversation(): Line[] {
  return readFileSync(new URL("../samples/conversation.ndjson", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}
