import type { ClientEvent } from "../../../matrix/event.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import { POLL_RESULT } from "../../../matrix/names.ts";
import { TEXT_UNSTABLE } from "../../../matrix/poll.ts";
import type { Ids } from "../../room/ids.ts";
import type { Ledger } from "../../room/ledger.ts";
import type { TelegramMessage } from "./telegram-shapes.ts";

const POLL = "org.matrix.msc3381.poll.";

/** A poll (MSC3381) with its votes as numbers, for nobody knows whose they are; closed by its author where it was closed. */
export function pollEvents(
  ids: Ids,
  { question, answers, closed }: NonNullable<TelegramMessage["poll"]>,
  { key, sender, time }: { key: string; sender: string; time: number },
  ledger: Ledger,
): ClientEvent[] {
  const base = { sender, origin_server_ts: time };
  const options = answers.map(({ text }, index) => ({ id: String(index), [TEXT_UNSTABLE]: text }));
  const votes = Object.fromEntries(
    answers.map(({ voters }, index) => [String(index), Math.max(0, Math.floor(voters))]),
  );
  ledger.count("votes_unattributed", answers.some(({ voters }) => voters > 0) ? 1 : 0);
  const start: JsonObject = {
    [`${POLL}start`]: {
      kind: "org.matrix.msc3381.poll.disclosed",
      max_selections: 1,
      question: { [TEXT_UNSTABLE]: question },
      answers: options,
    },
    [TEXT_UNSTABLE]: [question, ...answers.map(({ text }, index) => `${index + 1}. ${text}`)].join("\n"),
    [POLL_RESULT]: votes,
  };
  const eventId = ids.event(key);
  const events: ClientEvent[] = [{ ...base, event_id: eventId, type: `${POLL}start`, content: start }];
  if (!closed) return events;
  const end = {
    [`${POLL}end`]: {},
    [TEXT_UNSTABLE]: "The poll has ended.",
    "m.relates_to": { rel_type: "m.reference", event_id: eventId },
  };
  return [...events, { ...base, event_id: ids.event(`${key}/end`), type: `${POLL}end`, content: end }];
}
