import type { CoverageLimit } from "../../bundle/manifest/manifest.ts";
import { member, stringMember, type JsonValue } from "../../matrix/json.ts";

/** So many people are named. */
const PEOPLE_NAMED = 5;

const KINDS: readonly string[] = [
  "visibility",
  "date_range",
  "senders",
  "thread",
  "media",
  "since_bundle",
] satisfies CoverageLimit["kind"][];
/** No import writes more of them. */
const MOST = 20;

/** The limits that a stranger's list holds; what is none is left out. */
export function knownLimits(list: JsonValue | undefined): CoverageLimit[] {
  const found = Array.isArray(list) ? list.slice(0, MOST) : [];
  return found.filter((limit): limit is CoverageLimit => KINDS.includes(stringMember(limit, "kind") ?? ""));
}

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
