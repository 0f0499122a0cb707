import type { ClientEvent } from "../../matrix/event.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { POLL_RESULT } from "../../matrix/names.ts";
import { TEXT_UNSTABLE } from "../../matrix/poll.ts";
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
  /** `voters`: how many; undefined where the export does not say */
  answers: readonly { text: string; voters: number | undefined }[];
  isClosed: boolean;
  /** its place in the conversation, where that is not by its time */
  order?: number | undefined;
  relation?: JsonObject | undefined;
}

/**
 * Adds a poll (MSC3381) with its votes as numbers, for nobody knows whose they are; closed by its author where it was closed.
 * Where the export holds no votes, no result is claimed, and the ledger says so.
 */
export async function addPoll(conversation: Conversation, poll: ForeignPoll): Promise<string> {
  const { ids, ledger } = conversation;
  const { key, sender, time, question, answers, isClosed, relation, order = time } = poll;
  const base = { sender, origin_server_ts: time };
  const options = answers.map(({ text }, index) => ({ id: String(index), [TEXT_UNSTABLE]: text }));
  const knowsVotes = answers.length > 0 && answers.every(({ voters }) => voters !== undefined);
  const votes = Object.fromEntries(
    answers.map(({ voters = 0 }, index) => [String(index), Math.max(0, Math.floor(voters))]),
  );
  if (!knowsVotes) ledger.count("votes_unavailable");
  else if (answers.some(({ voters = 0 }) => voters > 0)) ledger.count("votes_unattributed");
  const text = [question, ...answers.map((answer, index) => `${index + 1}. ${answer.text}`)];
  const start: JsonObject = {
    [`${POLL}start`]: {
      kind: "org.matrix.msc3381.poll.disclosed",
      max_selections: 1,
      question: { [TEXT_UNSTABLE]: question },
      answers: options,
    },
    [TEXT_UNSTABLE]: text.join("\n"),
    ...(knowsVotes && { [POLL_RESULT]: votes }),
    ...(relation && { "m.relates_to": relation }),
  };
  const eventId = ids.event(key);
  const event: ClientEvent = { ...base, event_id: eventId, type: `${POLL}start`, content: start };
  if (!(await conversation.add(event, order)) || !isClosed) return eventId;
  const end = {
    [`${POLL}end`]: {},
    [TEXT_UNSTABLE]: "The poll has ended.",
    "m.relates_to": { rel_type: "m.reference", event_id: eventId },
  };
  await conversation.add({ ...base, event_id: ids.event(`${key}/end`), type: `${POLL}end`, content: end }, order);
  return eventId;
}
