import { expect } from "chai";
import { PNG, START } from "../../../../support/foreign-exports/files.ts";
import { writeExport } from "../../../../support/foreign-exports/forms.ts";
import { temporaryDirectory } from "../../../bundle/sample.ts";
import { converted, outline } from "../../converted.ts";

describe("a bulk export of Mattermost", () => {
  it("gives the chosen channel in the order of its times, replies as threads", async () => {
    const { head, events, event, ledger, media } = await converted("mattermost");
    expect(head.source.server_name).to.equal("mattermost.invalid");
    expect(head.room).to.include({ name: "Tea", topic: "All about tea", type: "group" });
    expect(outline(events, START).slice(5)).to.deep.equal([
      "m.room.message 1",
      "m.room.message 3",
      "m.reaction 5",
      "m.room.message 6",
      "m.room.message 9",
      "m.room.message 9",
      "m.room.message 9",
      "m.room.pinned_events 9",
    ]);
    const question = event("Who wants **tea**? 🍵");
    expect(question).to.deep.include({ sender: "@ann:mattermost.invalid" });
    expect(event("Later: `a_b`").content["formatted_body"]).to.equal("Later: <code>a_b</code>");
    for (const body of ["Me!", "cup.png", "passwd"])
      expect(event(body).content["m.relates_to"]).to.deep.include({
        rel_type: "m.thread",
        event_id: question.event_id,
      });
    expect(media.get(event("cup.png").content["url"] as string)).to.deep.equal(PNG);
    expect(head.senders.get("@ann:mattermost.invalid")?.avatar?.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(head.senders.get("@bob:mattermost.invalid")?.display_name).to.equal("Bob Baker");
    expect(JSON.stringify(events)).to.not.contain("secret").and.not.contain("psst");
    // a path that leads out of the export leads nowhere
    expect(ledger).to.deep.equal({ edits_unavailable: 1, media_not_in_export: 1 });
  });

  it("gives a direct conversation by its members", async () => {
    const directory = await temporaryDirectory();
    try {
      const { input } = writeExport("mattermost", directory.path);
      const { head, event } = await converted("mattermost", { input, channel: "ann,bob" });
      expect(head.room).to.include({ type: "direct", name: "bob, ann" });
      expect(event("psst").sender).to.equal("@bob:mattermost.invalid");
    } finally {
      await directory.remove();
    }
  });
});
