import { ALICE, BOB, Conversation, EVE } from "./conversation.ts";

/**
 * A conversation with everything whose place in the import's journal differs: messages, files, reactions, edits, redactions,
 * state. 4 events at the start and 9 or 10 a round; `name` tells
 * conversations apart; `talk` is one to go on with.
 */
export function variedConversation(rounds: number, name = "talk", talk = new Conversation()): Conversation {
  for (let round = 0; round < rounds; round += 1) {
    const file = talk.file(Buffer.from(`${name}, file ${round}`), "text/plain", `${round}.txt`);
    const hello = talk.say(ALICE, `${name}, message ${round}`);
    talk.send(BOB, "m.room.message", { msgtype: "m.file", body: `${round}.txt`, url: file });
    for (const who of [ALICE, BOB, EVE]) talk.react(who, hello, "👍");
    talk.edit(ALICE, hello, `${name}, message ${round}, edited`);
    const gone = talk.say(EVE, "taken back");
    talk.state(ALICE, "m.room.topic", { topic: `${name}, round ${round}` });
    talk.redact(ALICE, gone, `reason ${round}`, round % 2 === 0);
  }
  return talk;
}
