import type { ClientEvent } from "../../matrix/event.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { POLL_RESULT } from "../../matrix/names.ts";
import { TEXT_UNSTABLE } from "../../matrix/text/extensible-text.ts";
import type { Conversation } from "../room/conversation.ts";

const POLL = "org.matrix.msc3381.poll.";

/** A poll as the exports of other chats have it. */
export interface ForeignPoll {
  /** its id in the export */
  key: string;
  /** user id */
  sender: string;
  /** milliseconds since the epoch */
  time: number;
  question: string;
  /** `voters`: how many, or their user ids; undefined where the export does not say */
  answers: readonly { text: string; voters: number | readonly string[] | undefined }[];
  /** may one person choose several? */
  isMultiple?: boolean;
  isClosed: boolean;
  /** its place in the conversation, where that is not by its time */
  order?: number | undefined;
  relation?: JsonObject | undefined;
}

/**
 * Adds a poll (MSC3381), closed by its author where it was closed. Where the export says who voted, with their votes; else with
 * the numbers of votes, for nobody knows whose they are. Where it holds none, no result is claimed, and the ledger says so.
 */
export async function addPoll(conversation: Conversation, poll: ForeignPoll): Promise<string> {
  const { ids, ledger } = conversation;
  const { key, sender, time, question, answers, isClosed, relation, order = time } = poll;
  const base = { sender, origin_server_ts: time };
  const options = answers.map(({ text }, index) => ({ id: String(index), [TEXT_UNSTABLE]: text }));
  const voted = votesOf(answers);
  const counts = voted ? undefined : countsOf(answers);
  if (!voted && !counts) ledger.count("votes_unavailable");
  else if (counts?.some((count) => count > 0)) ledger.count("votes_unattributed");
  const text = [question, ...answers.map((answer, index) => `${index + 1}. ${answer.text}`)];
  const start: JsonObject = {
    [`${POLL}start`]: {
      kind: "org.matrix.msc3381.poll.disclosed",
      max_selections: poll.isMultiple ? Math.max(1, answers.length) : 1,
      question: { [TEXT_UNSTABLE]: question },
      answers: options,
    },
    [TEXT_UNSTABLE]: text.join("\n"),
    ...(counts && { [POLL_RESULT]: Object.fromEntries(counts.map((count, index) => [String(index), count])) }),
    ...(relation && { "m.relates_to": relation }),
  };
  const eventId = ids.event(key);
  const event: ClientEvent = { ...base, event_id: eventId, type: `${POLL}start`, content: start };
  if (!(await conversation.add(event, order))) return eventId;
  for (const [voter, chosen] of voted ?? []) {
    ledger.count("vote_time_unknown");
    const content = {
      [`${POLL}response`]: { answers: chosen },
      "m.relates_to": { rel_type: "m.reference", event_id: eventId },
    };
    const vote = { ...base, sender: voter, event_id: ids.event(JSON.stringify([key, "vote", voter])) };
    await conversation.add({ ...vote, type: `${POLL}response`, content }, order);
  }
  if (!isClosed) return eventId;
  const end = {
    [`${POLL}end`]: {},
    [TEXT_UNSTABLE]: "The poll has ended.",
    "m.relates_to": { rel_type: "m.reference", event_id: eventId },
  };
  await conversation.add({ ...base, event_id: ids.event(`${key}/end`), type: `${POLL}end`, content: end }, order);
  return eventId;
}

/** The answers that each voter chose; undefined where the export does not say who voted. */
function votesOf(answers: ForeignPoll["answers"]): Map<string, string[]> | undefined {
  const found = new Map<string, string[]>();
  for (const [index, { voters }] of answers.entries()) {
    if (voters === undefined || typeof voters === "number") return undefined;
    for (const voter of new Set(voters)) found.set(voter, [...(found.get(voter) ?? []), String(index)]);
  }
  return answers.length > 0 ? found : undefined;
}

/** How many chose each answer; undefined where the export does not say it of all. */
function countsOf(answers: ForeignPoll["answers"]): number[] | undefined {
  const counts = answers.flatMap(({ voters }) =>
    voters === undefined ? [] : Math.max(0, Math.floor(typeof voters === "number" ? voters : voters.length)),
  );
  return answers.length > 0 && counts.length === answers.length ? counts : undefined;
}
