import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { ActivityCount } from "../../../src/render/timeline/activity.ts";
import { Conversation as Reading } from "../../../src/render/timeline/conversation.ts";
import { BlobNotes } from "../../../web/look/reader/blob-notes.ts";
import { openRoom } from "../../../web/look/reader/open-room.ts";
import { readBundle } from "../../../web/imports/reader/read-bundle.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { variedConversation } from "../../support/varied-conversation.ts";

/** What the page that imports says of a bundle, and what the one that opens it counts. */
async function bothCounts(talk: Conversation): Promise<{ imported: number; people: number[]; opened: number }> {
  const { file, remove } = await talk.write();
  try {
    const blob = new Blob([new Uint8Array(await readFile(file))]);
    const { messages: imported, people } = await readBundle(blob, () => undefined);
    const activity = new ActivityCount();
    const reading = await Reading.read(await openRoom(blob), new BlobNotes(), {
      watch: (entry, { kind }) => {
        if (kind === "message") activity.add(entry);
      },
    });
    await reading.close();
    const opened = activity.result().months.reduce((sum, { total }) => sum + total, 0);
    return { imported, people: people.map(({ messages }) => messages), opened };
  } finally {
    await remove();
  }
}

describe("the messages that the web page counts in a bundle", () => {
  it("are the same before it is imported and when it is opened, by whatever way they came", async () => {
    for (const size of [1, 40]) {
      const { imported, people, opened } = await bothCounts(variedConversation(size, `talk ${String(size)}`));
      expect(imported).to.equal(opened);
      expect(people.reduce((sum, each) => sum + each, 0)).to.equal(opened);
      expect(opened).to.be.greaterThan(0);
    }
  });

  it("are what can be read: no edit, no removed one; stickers and polls, too", async () => {
    const talk = new Conversation();
    const first = talk.say(ALICE, "first");
    talk.edit(ALICE, first, "First");
    talk.redact(BOB, talk.say(BOB, "gone"), "wrong room");
    talk.send(BOB, "m.sticker", { body: "wave", url: "mxc://x/y", info: {} });
    talk.react(BOB, first, "👍");
    expect(await bothCounts(talk)).to.deep.equal({ imported: 2, people: [1, 1], opened: 2 });
  });
});
