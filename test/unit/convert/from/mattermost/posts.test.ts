import { expect } from "chai";
import { convertedFiles, lines, reactions, refusal } from "../../converted.ts";
import { bulk, NOON, post } from "./lines.ts";

const SOUP = ["--channel", "kitchen/soup"];

describe("posts of Mattermost", () => {
  it("stand in the order of their times, and nobody did what the export does not say", async () => {
    const converted = await convertedFiles(
      "mattermost",
      bulk(
        post("third", { user: "noor", create_at: NOON + 9 }),
        post("first", {
          replies: [
            { user: "noor", message: "second reply", create_at: NOON + 5 },
            { user: "mia", message: "first reply", create_at: NOON + 2 },
          ],
        }),
        post("mia joined", { type: "system_join_channel", create_at: NOON - 5, props: { username: "mia" } }),
      ),
      SOUP,
    );
    expect(lines(converted)).to.deep.equal([
      "Mia: mia joined",
      "Mia: first",
      "Mia: first reply",
      "Noor N: second reply",
      "Noor N: third",
    ]);
    expect(converted.head.room.creator).to.equal("@exporter:mattermost.invalid");
    for (const type of ["m.room.create", "m.room.name"])
      expect(converted.events.find((event) => event.type === type)?.sender).to.equal("@exporter:mattermost.invalid");
  });

  it("are by whom they show: a webhook has the name that it is given", async () => {
    const converted = await convertedFiles(
      "mattermost",
      bulk(
        post("built", {
          props: { from_webhook: "true", override_username: "Builds", override_icon_url: "https://x.example/i.png" },
        }),
        post("hello", { create_at: NOON + 1, props: { from_webhook: "true", override_username: "eve[irc]" } }),
        post("mine", { create_at: NOON + 2 }),
      ),
      SOUP,
    );
    expect(lines(converted)).to.deep.equal(["Builds: built", "eve[irc]: hello", "Mia: mine"]);
    expect(converted.ledger).to.deep.equal({ detail_left_out: 1 });
  });

  it("have all parts of attachments, each Markdown of its own", async () => {
    const attachments = [
      {
        pretext: "Alarm",
        author_name: "Watch",
        title: "Pot is hot",
        title_link: "https://w.example/1",
        text: "too *hot*",
        fields: [{ title: "Level", value: 9 }],
        image_url: "https://w.example/p.png",
        footer: "w",
      },
      { title: "", text: "---\n**Votes**: 3", actions: [{ name: "Yes (3)" }] },
    ];
    const { event, ledger } = await convertedFiles("mattermost", bulk(post("Poll?", { props: { attachments } })), SOUP);
    const { content } = event(
      "Poll?\nAlarm\nWatch\nPot is hot (https://w.example/1)\ntoo *hot*\nLevel: 9\nhttps://w.example/p.png\nw\n---\n**Votes**: 3\n[Yes (3)]",
    );
    expect(content["formatted_body"])
      .to.contain("<strong>Votes</strong>")
      .and.to.contain("too <em>hot</em>")
      .and.not.contain("<h2>");
    expect(ledger).to.deep.equal({ detail_left_out: 1 });
  });

  it("of plugins and of /me say what they say", async () => {
    const { event, ledger } = await convertedFiles(
      "mattermost",
      bulk(
        post("", { type: "custom_calls", props: { title: "Call started" } }),
        post("*stirs the pot*", { type: "me", create_at: NOON + 1 }),
        post("/me tastes", { type: "me", create_at: NOON + 2 }),
        post("/me is no command", { create_at: NOON + 3 }),
        post("hear", { type: "custom_voice", create_at: NOON + 4, attachments: [{ path: "hear.mp3" }] }),
      ),
      SOUP,
    );
    expect(event("Call started").content["msgtype"]).to.equal("m.notice");
    expect(event("stirs the pot").content["msgtype"]).to.equal("m.emote");
    expect(event("tastes").content["msgtype"]).to.equal("m.emote");
    expect(event("/me is no command").content["msgtype"]).to.equal("m.text");
    expect(event("hear").content).to.include({ filename: "hear.mp3" });
    expect(ledger).to.deep.equal({ media_not_in_export: 1 });
  });

  it("have the emoji that Mattermost has, with skin tones in its way of writing", async () => {
    const names = [
      "hugging_face",
      "thumbsup_dark_skin_tone",
      "+1_medium_light_skin_tone",
      "face_with_monocle",
      "our_own",
    ];
    const converted = await convertedFiles(
      "mattermost",
      bulk(
        post("x :flag-us:", {
          reactions: names.map((emoji_name) => ({ user: "noor", create_at: NOON + 1, emoji_name })),
        }),
      ),
      SOUP,
    );
    expect(lines(converted)).to.deep.equal(["Mia: x 🇺🇸"]);
    expect(reactions(converted)).to.deep.equal(["🤗", "👍🏿", "👍🏼", "🧐", ":our_own:"].map((emoji) => `Noor N ${emoji}`));
    expect(converted.ledger).to.deep.equal({ emoji_picture_left_out: 1 });
  });

  it("are found without a line of their channel, direct ones too", async () => {
    const files = bulk(
      {
        type: "direct_post",
        direct_post: {
          channel_members: ["noor", "mia"],
          user: "noor",
          message: "psst",
          create_at: NOON,
          reactions: null,
        },
      },
      post("lost", { channel: "attic" }),
    );
    const direct = await convertedFiles("mattermost", files, ["--channel", "mia,noor"]);
    expect(lines(direct)).to.deep.equal(["Noor N: psst"]);
    expect(direct.head.room.type).to.equal("direct");
    expect(direct.ledger).to.deep.equal({ conversation_unlisted: 1, reactions_unavailable: 1, pins_not_in_export: 1 });
    expect(lines(await convertedFiles("mattermost", files, ["--channel", "kitchen/attic"]))).to.deep.equal([
      "Mia: lost",
    ]);
    const { stderr } = await refusal("mattermost", files);
    expect(stderr).to.contain("There are: kitchen/soup, mia,noor, kitchen/attic");
  });

  it("are read where a whole thread is one line of megabytes, and what is longer costs itself alone", async () => {
    const replies = Array.from({ length: 6000 }, (_, index) => ({
      user: "noor",
      message: `alarm ${index} ${"beep ".repeat(90)}`,
      create_at: NOON + index,
    }));
    const files = bulk(post("root", { channel: "alarms", replies }), post("hello"));
    expect(lines(await convertedFiles("mattermost", files, SOUP))).to.deep.equal(["Mia: hello"]);
    const alarms = await convertedFiles("mattermost", files, ["--channel", "kitchen/alarms"]);
    expect(alarms.head.counts.by_type["m.room.message"]).to.equal(6001);

    const endless = `{"type":"post","post":{"message":"${"x".repeat(65 * 1024 * 1024)}"}}\n`;
    const cut = await convertedFiles(
      "mattermost",
      { "import.jsonl": (bulk()["import.jsonl"] ?? "") + endless + `${JSON.stringify(post("after"))}\n` },
      SOUP,
    );
    expect(lines(cut)).to.deep.equal(["Mia: after"]);
    expect(cut.head.ledger.find(({ code }) => code === "message_too_large")?.message).to.contain(
      "Number: 1. At: line 5.",
    );
  });

  it("keep a message of which one field is odd, and say so", async () => {
    const odd = { user: { name: "mia" }, reactions: [7], attachments: [{ path: 3 }], props: "none", edit_at: "soon" };
    const converted = await convertedFiles(
      "mattermost",
      bulk(post("kept", odd), post("", { create_at: "never" })),
      SOUP,
    );
    expect(lines(converted)).to.deep.equal(["unknown: kept"]);
    expect(converted.head.ledger.find(({ code }) => code === "message_malformed")?.message).to.contain(
      "Number: 1. At: line 6.",
    );
    expect(converted.ledger).to.include({ field_malformed: 1 });
  });
});
