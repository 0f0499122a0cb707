import { expect } from "chai";
import { PNG, START } from "../../../../support/foreign-exports/files.ts";
import { converted, outline } from "../../converted.ts";

const POLL = "org.matrix.msc3381.poll.";

describe("an export of Telegram Desktop", () => {
  it("becomes a room with its title, replies, captions, edits, reactions and pins", async () => {
    const { head, events, event, ledger, media } = await converted("telegram");
    expect(head.source).to.deep.equal({ server_name: "telegram.invalid", room_id: "!4242:telegram.invalid" });
    expect(head.room).to.include({ name: "Tea", type: "group" });
    expect(outline(events, START).slice(3)).to.deep.equal([
      "m.room.name 0",
      "m.room.message 1",
      "m.room.message 2",
      "m.room.message 3",
      "m.room.message 4",
      `${POLL}start 5`,
      `${POLL}end 5`,
      "m.room.message 6",
      "m.room.message 7",
      "m.reaction 40",
      "m.room.pinned_events 40",
    ]);
    const question = event("Who wants tea?");
    expect(question).to.deep.include({ sender: "@user11:telegram.invalid" });
    expect(question.content["formatted_body"]).to.equal("Who wants <strong>tea</strong>?");
    const { content } = event("Me!");
    expect(content).to.deep.include({ msgtype: "m.image", filename: "cup.png" });
    expect(content["info"]).to.deep.equal({ w: 1, h: 1, size: PNG.length, mimetype: "image/png" });
    expect(content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: question.event_id } });
    expect(media.get(content["url"] as string)).to.deep.equal(PNG);
    expect(event("Forwarded from Eve:").content).to.deep.include({ msgtype: "m.audio", info: { duration: 3000 } });
    expect(event("pin message").content["msgtype"]).to.equal("m.notice");
    expect(ledger).to.deep.equal({
      edits_unavailable: 1,
      reactions_unattributed: 1,
      votes_unattributed: 1,
      media_not_in_export: 1,
    });
  });

  it("carries places", async () => {
    const { event } = await converted("telegram");
    const { content } = event("Tea house, Green Lane 1\ngeo:55.7558,0");
    expect(content).to.deep.equal({
      msgtype: "m.location",
      body: "Tea house, Green Lane 1\ngeo:55.7558,0",
      geo_uri: "geo:55.7558,0",
    });
  });

  it("carries polls with their votes as numbers", async () => {
    const { events } = await converted("telegram");
    const start = events.find(({ type }) => type === `${POLL}start`)?.content;
    expect(start)
      .to.have.nested.property(`${POLL.replaceAll(".", "\\.")}start.answers`)
      .with.length(2);
    expect(start?.["io.roomporter.poll_result"]).to.deep.equal({ "0": 2, "1": 1 });
  });
});
