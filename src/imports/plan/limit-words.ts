import type { CoverageLimit } from "../../bundle/manifest/manifest.ts";
import { member } from "../../matrix/json.ts";

/** So many people are named. */
const PEOPLE_NAMED = 5;

/** Says which part of a conversation a bundle holds, as far as this limit tells. */
export function limitWords(limit: CoverageLimit): string {
  switch (limit.kind) {
    case "visibility":
      return "only what the person who exported it could see";
    case "date_range":
      return `only what was sent ${rangeWords(member(limit, "since"), member(limit, "until"))}`;
    case "senders":
      return sendersWords(member(limit, "senders"));
    case "thread":
      return "only one thread";
    case "media":
      return "without files";
    case "since_bundle":
      return "only what came after an earlier export";
  }
}

function rangeWords(since: unknown, until: unknown): string {
  const words = [dateWords("from", since), dateWords("before", until)].filter((each) => each !== undefined);
  return words.join(" and ") || "in a range of dates";
}

/** A Matrix time may be any integer, and lie beyond what a date can say. */
function dateWords(word: string, time: unknown): string | undefined {
  if (typeof time !== "number") return undefined;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : `${word} ${date.toISOString().replace("T00:00:00.000Z", "")}`;
}

function sendersWords(senders: unknown): string {
  if (!Array.isArray(senders)) return "without what some people wrote";
  const named = senders.filter((sender) => typeof sender === "string");
  const more = named.length > PEOPLE_NAMED ? ` and ${String(named.length - PEOPLE_NAMED)} more` : "";
  return `only what ${named.slice(0, PEOPLE_NAMED).join(", ") || "some people"}${more} sent`;
}
