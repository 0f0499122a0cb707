import { expect } from "chai";
import { PNG } from "../../../../support/foreign-exports/files.ts";
import { convertedFiles, lines, reactions } from "../../converted.ts";
import { chat, message, NOON, service } from "./chat.ts";

const ABSENT = "(File not included. Change data exporting settings to download.)";

describe("messages of Telegram of every kind", () => {
  it("carry what they share in words, and keep a place for each file under a word for what it was", async () => {
    const converted = await convertedFiles(
      "telegram",
      chat(
        message(1, { photo: ABSENT, width: 9, height: 9 }),
        message(2, {
          text: "cap",
          file: "(File exceeds maximum size. Change data exporting settings to download.)",
          file_name: "pot.mp4",
          media_type: "video_file",
        }),
        message(3, { file: ABSENT, media_type: "voice_message", duration_seconds: 8 }),
        message(4, { file: ABSENT, media_type: "audio_file", performer: "Ladles", title: "Stir" }),
        message(5, { location_information: null, live_location_period_seconds: 900 }),
        message(6, { game_title: "Go", game_description: "play", game_link: "https://t.me/b?game=g" }),
        message(7, { invoice_information: { title: "Soup", description: "pot", amount: 1250, currency: "EUR" } }),
        message(8, {
          contact_information: { first_name: "N", last_name: "M", phone_number: "+31 2" },
          contact_vcard: ABSENT,
        }),
        message(9, { file: ABSENT, media_type: "sticker", sticker_emoji: "🍲" }),
        message(10, { dice: { emoji: "🎯", value: 6 } }),
        message(11, { text: "signed", author: "Noor", via_bot: "@gif" }),
        message(12, {
          todo_list: {
            title: "Shop",
            answers: [
              { text: "leek", id: 1 },
              { text: [{ type: "bold", text: "peas" }], id: 2 },
            ],
          },
        }),
        message(13, { giveaway_information: { quantity: 2, months: 3, until_date: "2024-06-01T00:00:00" } }),
        message(14, { media_type: "story", story_id: 3 }),
        message(15, { text: "kept", saved_from: "Channel" }),
      ),
    );
    expect(lines(converted)).to.deep.equal(
      [
        "photo",
        "cap",
        "voice message",
        "Ladles – Stir",
        "Go https://t.me/b?game=g\nplay",
        "Invoice: Soup, pot, 12.50 EUR",
        "Contact: N M, +31 2",
        "🍲",
        "🎯 6",
        "signed\nvia @gif\n— Noor",
        "To do: Shop\n- leek\n- peas",
        "Giveaway: 2 prizes, 3 months, until 2024-06-01T00:00:00",
        "Story",
        "Saved from Channel:\nkept",
      ].map((line) => `Mia: ${line}`),
    );
    expect(converted.event("cap").content).to.include({ filename: "pot.mp4" });
    expect(converted.event("🍲").type).to.equal("m.sticker");
    expect(converted.ledger).to.deep.equal({ media_not_in_export: 6, message_empty: 1, detail_left_out: 1 });
  });

  it("tell of services everything that they say", async () => {
    const converted = await convertedFiles(
      "telegram",
      chat(
        service(1, undefined, { information_text: "Mia did a thing" }),
        service(2, "phone_call", { duration_seconds: 3725, discard_reason: "hangup" }),
        service(3, "phone_call", { discard_reason: "busy" }),
        service(4, "topic_edit", { new_title: "Salt" }),
        service(5, "score_in_game", { game_message_id: 9, score: 7 }),
        service(6, "set_messages_ttl", { period: 604_800 }),
        service(7, "group_call", { duration: 61 }),
        service(8, "send_webview_data", { text: "button" }),
        service(9, "invite_members", { members: ["Noor", null] }),
        service(10, "join_group_by_link", { inviter: "Noor" }),
        service(11, "send_premium_gift", { cost: "EUR 5", months: 1 }),
        service(12, "send_payment", { amount: 300, currency: "JPY" }),
        service(13, "proximity_reached", { from: "Mia", from_id: "user1", to: "Noor", to_id: "user2", distance: 20 }),
        service(14, "boost_apply", { boosts: 1 }),
        service(15, "group_call_scheduled", { schedule_date: NOON }),
        service(16, "edit_chat_theme", { emoticon: "🌶" }),
        service(17, "something_new", { gift_title: "Spoon", is_anonymous: true }),
        service(18, "edit_group_photo", { photo: "photos/x.jpg" }),
      ),
    );
    expect(lines(converted)).to.deep.equal(
      [
        "Mia did a thing",
        "phone call: 1:02:05, hung up",
        "phone call: busy",
        "topic edit: Salt",
        "score in game: score 7",
        "set messages ttl: 7 days",
        "group call: 1:01",
        "send webview data\nbutton",
        "invite members: Noor, Deleted Account",
        "join group by link: invited by Noor",
        "send premium gift: EUR 5, 1 month",
        "send payment: 300 JPY",
        "proximity reached: from Mia, to Noor, 20 m",
        "boost apply: 1 boost",
        "group call scheduled: 2024-03-04 12:00 UTC",
        "edit chat theme: 🌶",
        "something new: gift title Spoon, is anonymous true",
        "edit group photo",
        "x.jpg",
      ].map((line) => `Mia: ${line}`),
    );
    expect(converted.ledger).to.deep.equal({ media_not_in_export: 1 });
  });

  it("have polls that answer, were forwarded and have words of their own", async () => {
    const poll = (question: unknown, ...answers: unknown[]): object => ({
      poll: {
        question,
        closed: false,
        total_voters: 0,
        answers: answers.map((text) => ({ text, voters: 1, chosen: false })),
      },
    });
    const { events, event } = await convertedFiles(
      "telegram",
      chat(
        message(1, { text: "which pot?" }),
        message(2, { reply_to_message_id: 1, forwarded_from: "Noor", ...poll("Pot?", "red", "blue") }),
        message(3, { text: "a caption", ...poll([{ type: "plain", text: "Lid?" }], [{ type: "plain", text: "yes" }]) }),
      ),
    );
    const polls = events.filter(({ type }) => type.endsWith("poll.start"));
    expect(polls.map(({ content }) => content["org.matrix.msc1767.text"])).to.deep.equal([
      "Pot?\n1. red\n2. blue",
      "Lid?\n1. yes",
    ]);
    expect(polls[0]?.content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: event("which pot?").event_id },
    });
    expect(event("Forwarded from Noor:").sender).to.equal("@user1:telegram.invalid");
    expect(event("a caption").sender).to.equal("@user1:telegram.invalid");
  });

  it("have reactions with custom emoji under a neutral name, and count those without an author", async () => {
    const recent = [{ from: "Noor", from_id: "user2", date: "2024-03-04T14:00:07" }];
    const all = [
      { type: "emoji", count: 3, emoji: "🔥", recent },
      { type: "custom_emoji", count: 1, document_id: ABSENT, recent },
      { type: "custom_emoji", count: 1, document_id: "stickers/A (1).tgs", recent },
      { type: "paid", count: 4 },
    ];
    const converted = await convertedFiles("telegram", chat(message(1, { text: "hot", reactions: all })));
    expect(reactions(converted)).to.deep.equal(["Noor 🔥", "Noor :custom_emoji:", "Noor :custom_emoji_2:"]);
    expect(converted.events.find(({ type }) => type === "m.reaction")?.origin_server_ts).to.equal((NOON + 7) * 1000);
    const said = (code: string): string | undefined =>
      converted.head.ledger.find((entry) => entry.code === code)?.message;
    expect(said("reactions_unattributed")).to.contain("Number: 6.");
    expect(said("emoji_picture_left_out")).to.contain("Number: 2.");
  });

  it("have animated stickers as files, with their emoji and their thumbnail", async () => {
    const sticker = {
      file: "stickers/a.tgs",
      thumbnail: "stickers/a.tgs_thumb.jpg",
      media_type: "sticker",
      sticker_emoji: "🥄",
    };
    const { event, media } = await convertedFiles("telegram", {
      ...chat(message(1, sticker)),
      "stickers/a.tgs": "gz",
      "stickers/a.tgs_thumb.jpg": PNG,
    });
    const { content } = event("🥄");
    expect(content).to.include({ filename: "a.tgs" });
    expect(media.get((content["info"] as { thumbnail_url: string }).thumbnail_url)).to.deep.equal(PNG);
  });

  it("are counted where the program could not read them, and are read where it wrote a path without quotes", async () => {
    const text = JSON.stringify(
      chat(
        message(1, { text: "before" }),
        message(2, { text: [{ type: "custom_emoji", text: "🍲", document_id: "PATH" }], text_entities: [] }),
        { id: 3, type: "unsupported" },
        message(4, { text: "after", reply_to_message_id: 3 }),
      )["result.json"],
      null,
      1,
    );
    const converted = await convertedFiles("telegram", {
      "result.json": text.replace('"PATH"', "video_files/a b.webm"),
    });
    expect(lines(converted)).to.deep.equal(["Mia: before", "Mia: 🍲", "Mia: after"]);
    expect(converted.ledger).to.deep.equal({ message_unsupported: 1, reply_elsewhere: 1 });
  });

  it("keep their words where one field is odd", async () => {
    const odd = { text: "kept", photo: 5, reactions: "none", from_id: {}, width: "wide", poll: [] };
    const converted = await convertedFiles("telegram", chat(message(1, odd), { id: 2, type: "message" }));
    expect(lines(converted)).to.deep.equal(["Mia: kept"]);
    expect(converted.ledger).to.deep.equal({ field_malformed: 1, message_malformed: 1 });
  });
});
