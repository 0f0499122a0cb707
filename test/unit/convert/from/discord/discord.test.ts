import { expect } from "chai";
import { PNG, START } from "../../../../support/foreign-exports/files.ts";
import { converted, outline } from "../../converted.ts";

describe("an export of DiscordChatExporter", () => {
  it("becomes a room with its people, replies, edits, reactions and pins", async () => {
    const { head, events, event, ledger } = await converted("discord");
    expect(head.source).to.deep.equal({
      server_name: "discord.invalid",
      room_id: "!175928847299117063:discord.invalid",
    });
    expect(head.room).to.include({ name: "tea", topic: "All about tea", creator: "@exporter:discord.invalid" });
    expect(head.room.created_at).to.equal(1_462_015_105_796);
    expect(outline(events, START).slice(-9)).to.deep.equal([
      "m.room.message 1",
      "m.reaction 1",
      "m.room.message 2",
      "m.room.message 2",
      "m.room.message 2",
      "m.room.message 3",
      "m.room.message 4",
      "m.room.message 5",
      "m.room.pinned_events 5",
    ]);
    const question = event("Who wants **tea**?");
    expect(question.content["formatted_body"]).to.equal("Who wants <strong>tea</strong>?");
    const answer = event("Me, @Ann! __Now__ ||please||");
    expect(answer.content["formatted_body"]).to.equal('Me, @Ann! <u>Now</u> <span data-mx-spoiler="">please</span>');
    expect(answer.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: question.event_id } });
    const edit = event("* Who wants **tea**?");
    expect(edit.content["m.relates_to"]).to.deep.equal({ rel_type: "m.replace", event_id: question.event_id });
    const reaction = events.find(({ type }) => type === "m.reaction");
    expect(reaction).to.deep.include({ sender: "@12:discord.invalid" });
    expect(reaction?.content["m.relates_to"]).to.include({ key: "👍", event_id: question.event_id });
    const pins = events.find(({ type }) => type === "m.room.pinned_events");
    expect(pins?.content).to.deep.equal({ pinned: [question.event_id] });
    expect(ledger).to.deep.equal({
      edits_unavailable: 1,
      reaction_time_unknown: 1,
      reactions_unattributed: 1,
      media_not_in_export: 1,
      detail_left_out: 1,
    });
  });

  it("has the words and pictures of cards, and what was forwarded", async () => {
    const { event, media } = await converted("discord");
    const { content: card } = event("> The kettle\n> Boiled\n> at 100 °C\n> since 1990");
    expect(card).to.include({ msgtype: "m.image", filename: "steam.png" });
    expect(media.get(card["url"] as string)).to.deep.equal(PNG);
    const { content } = event("Forwarded:\nTea **rules**");
    expect(content["formatted_body"]).to.equal("Forwarded:<br>Tea <strong>rules</strong>");
    expect(content).not.to.have.property("m.relates_to");
  });

  it("has the files that were downloaded, and the addresses of the others without what gives access to them", async () => {
    const { head, event, media } = await converted("discord");
    const cup = event("cup.png").content;
    expect(cup).to.deep.include({ msgtype: "m.image", info: { size: PNG.length, mimetype: "image/png" } });
    expect(media.get(cup["url"] as string)).to.deep.equal(PNG);
    expect(event("menu.pdf").content).to.include({
      msgtype: "m.file",
      external_url: "https://cdn.discordapp.com/attachments/1/32/menu.pdf",
    });
    expect(head.senders.get("@11:discord.invalid")?.avatar?.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(head.senders.get("@12:discord.invalid")?.avatar).to.equal(null);
  });
});
