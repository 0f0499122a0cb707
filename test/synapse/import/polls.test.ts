import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { convertBundle } from "../../../src/render/convert-to.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { sharedService } from "../../support/shared-service.ts";
import { Api } from "../http/api.ts";
import { imported } from "./importing.ts";

const P = "org.matrix.msc3381.poll.";
const TEXT = "org.matrix.msc1767.text";

/** The room as a bundle in a file of its own. */
async function exported({ roomId, user }: ImportedRoom): Promise<string> {
  const { zip } = await new Api(await sharedService(), user.token).exported(roomId);
  const file = join(tmpdir(), `poll-${randomUUID()}.zip`);
  await writeFile(file, zip);
  return file;
}

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
    // clients would count the one sender's last vote beside the true numbers
    expect(room.event(last).type).to.equal("io.roomporter.event");
    expect(room.event(last).content).to.deep.include({ type: P + "response", content: talk.event(last).content });
    for (const id of [start, end]) expect(room.original(room.event(id))).to.deep.equal(talk.event(id).content);

    const again = await exported(room);
    try {
      const text = (await Array.fromAsync(convertBundle(again, "text"))).join("");
      expect(text).to.contain("- Yes: 1").and.to.contain("- No: 2");
      const { status, body } = await postImport(await sharedService(), room.user.token, again, { wait: 120 });
      expect(status).to.equal(201);
      const second = await ImportedRoom.joined(room.user, body);
      const asked = second.timeline.find(({ type }) => type === P + "start")?.content[P + "start"] as JsonObject;
      expect((asked["answers"] as JsonObject[]).map((answer) => answer[TEXT])).to.deep.equal([
        "Yes (1 vote)",
        "No (2 votes)",
      ]);
    } finally {
      await rm(again);
    }
  });
});
