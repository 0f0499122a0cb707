import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { imported } from "./importing.ts";

const P = "org.matrix.msc3381.poll.";
const TEXT = "org.matrix.msc1767.text";

describe("polls of an imported conversation", () => {
  it("name their author, carry their votes, and end with the result", async () => {
    const talk = new Conversation();
    const answers = [
      { id: "y", [TEXT]: "Yes" },
      { id: "n", [TEXT]: "No" },
    ];
    const start = talk.send(ALICE, P + "start", {
      [P + "start"]: { question: { [TEXT]: "Tea?" }, max_selections: 1, answers },
      [TEXT]: "Tea? 1. Yes 2. No",
    });
    const relates = { "m.relates_to": { rel_type: "m.reference", event_id: start } };
    const vote = (who: string, id: string): string =>
      talk.send(who, P + "response", { [P + "response"]: { answers: [id] }, ...relates });
    vote(ALICE, "y");
    vote(BOB, "y");
    const last = vote(EVE, "n");
    vote(BOB, "n");
    const end = talk.send(ALICE, P + "end", { [P + "end"]: {}, [TEXT]: "The poll has ended.", ...relates });
    const room = await imported(talk);

    const block = room.event(start).content[P + "start"] as JsonObject;
    expect(block["question"]).to.deep.equal({ [TEXT]: "\u200e\u2068Alice\u2069: Tea?" });
    expect((block["answers"] as JsonObject[]).map((answer) => answer[TEXT])).to.deep.equal([
      "Yes (1 vote)",
      "No (2 votes)",
    ]);
    expect(room.event(end).content[TEXT]).to.equal(
      "\u200e\u2068Alice\u2069: The poll has ended. (Yes: 1 vote, No: 2 votes)",
    );
    expect(room.event(last).content[P + "response"]).to.deep.equal({ answers: ["n"] });
    expect(room.event(last).content["m.relates_to"]).to.deep.include({ event_id: room.event(start).event_id });
    for (const id of [start, end]) expect(room.original(room.event(id))).to.deep.equal(talk.event(id).content);
  });
});
