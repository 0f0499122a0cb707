import { expect } from "chai";
import { convertedAll, convertedFiles, lines, reactions, refusal, type Converted } from "../../converted.ts";
import { organization, row, START } from "./organization.ts";

const rehearsal = (...given: Parameters<typeof organization>): Promise<Converted> =>
  convertedFiles("zulip", organization(...given), ["--channel", "rehearsal"]);

describe("the export of a Zulip organization", () => {
  it("has each topic as a thread, whose first message bears its name", async () => {
    const result = await rehearsal([
      row(1, 11, "**bar 12** again"),
      row(2, 12, "lunch?", { subject: "Break" }),
      row(3, 13, "ok", { subject: "mozart" }),
      row(4, 12, "no topic", { subject: "" }),
    ]);
    expect(lines(result)).to.deep.equal([
      "Vera Alt: Mozart\n**bar 12** again",
      "Ben Bass: Break\nlunch?",
      "Tom Tenor: ok",
      "Ben Bass: no topic",
    ]);
    const root = result.event("Mozart\n**bar 12** again");
    expect(root.content["formatted_body"]).to.equal("<strong>Mozart</strong><br><strong>bar 12</strong> again");
    expect(root.origin_server_ts).to.equal((START + 1) * 1000);
    expect(result.event("ok").content["m.relates_to"]).to.include({ rel_type: "m.thread", event_id: root.event_id });
    for (const alone of ["Break\nlunch?", "no topic"])
      expect(result.event(alone).content).to.not.include.keys("m.relates_to");
    expect(result.head.room).to.include({ name: "rehearsal", topic: "Tuesdays", type: "group" });
    expect(result.head.room.creator).to.equal("@11:zulip.invalid");
    expect(result.head.room.created_at).to.equal((START - 100.5) * 1000);
    expect(result.ledger).to.deep.equal({});
  });

  it("shows mentions, channels, quotations, spoilers and emoji as Zulip does", async () => {
    const emoji =
      '<p>hey <span aria-label="smile" class="emoji emoji-1f642" role="img" title="smile">:smile:</span></p>';
    const result = await rehearsal([
      row(1, 11, "hey :smile: :unknown:", { subject: "", rendered_content: emoji }),
      row(2, 12, "@**Vera Alt|11** see #**rehearsal>Mozart**, `@**code**`", { subject: "" }),
      row(3, 11, "```quote\n*soft*\n```", { subject: "" }),
      row(4, 11, "```spoiler The end\nslow\n```", { subject: "" }),
      row(5, 12, "/me hums", { subject: "" }),
      row(6, 7, "Channel created.", { subject: "" }),
      row(7, 12, "@_**Vera Alt|11** [said](https://z.test/#narrow/channel/31/near/1):\n```quote\nhey\n```\nyes", {
        subject: "",
      }),
    ]);
    expect(lines(result).slice(0, 2)).to.deep.equal([
      "Vera Alt: hey 🙂 :unknown:",
      "Ben Bass: @Vera Alt see #rehearsal > Mozart, `@**code**`",
    ]);
    const html = (body: string): unknown => result.event(body).content["formatted_body"];
    expect(html("```quote\n*soft*\n```")).to.equal("<blockquote><p><em>soft</em></p></blockquote>");
    expect(html("```spoiler The end\nslow\n```")).to.equal("The end<br><span data-mx-spoiler>slow</span>");
    expect(result.event("hums").content["msgtype"]).to.equal("m.emote");
    const told = result.event("Channel created.");
    expect(told.content["msgtype"]).to.equal("m.notice");
    expect(result.head.senders.get(told.sender)?.display_name).to.equal("Notification Bot");
    expect(result.events.at(-1)?.content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: result.event("hey 🙂 :unknown:").event_id },
    });
  });

  it("has reactions from wherever they stand, uploads by their path, and pictures of people", async () => {
    const files = {
      "choir/uploads/2/ab/xyz/score%20a.txt": "la",
      "choir/avatars/2/face.png": "face",
      "choir/avatars/2/face.original": "big face",
      "choir/avatars/records.json": ["2/face.original", "2/face.png"].map((path) => ({ path, user_profile_id: 11 })),
    };
    const reaction = { emoji_name: "tada", emoji_code: "1f389", reaction_type: "unicode_emoji", message: 1 };
    const result = await rehearsal(
      [
        row(1, 11, "[score a.txt](/user_uploads/2/ab/xyz/score%2520a.txt)", { subject: "" }),
        row(2, 12, "two: [b](/user_uploads/2/cd/b.txt) [c](https://else.test/user_uploads/2/c.txt)", { subject: "" }),
      ],
      {
        zerver_reaction: [
          { id: 1, user_profile: 12, ...reaction },
          { id: 2, user_profile: 12, ...reaction, reaction_type: "realm_emoji", emoji_name: "baton", emoji_code: "9" },
          { id: 3, user_profile: 12, ...reaction, message: 99 },
          { id: 4, ...reaction },
        ],
      },
      {
        ...files,
        // where another program has put them
        "choir/messages-000009.json": {
          zerver_usermessage: [{ id: 1 }],
          zerver_message: [row(9, 12, "last", { subject: "" })],
          zerver_reaction: [{ id: 5, user_profile: 11, ...reaction, message: 9 }],
        },
      },
    );
    expect(lines(result)).to.deep.equal([
      "Vera Alt: score%20a.txt",
      "Ben Bass: two: b [c](https://else.test/user_uploads/2/c.txt)",
      "Ben Bass: last",
    ]);
    expect(result.event("score%20a.txt").content["msgtype"]).to.equal("m.file");
    expect([...result.media.values()].map(String).sort()).to.deep.equal(["face", "la"]);
    expect(result.head.senders.get("@11:zulip.invalid")?.avatar).to.not.equal(null);
    expect(reactions(result)).to.deep.equal(["Ben Bass 🎉", "Ben Bass :baton:", "Vera Alt 🎉"]);
    expect(result.ledger).to.deep.equal({
      emoji_picture_left_out: 1,
      field_malformed: 1,
      media_not_in_export: 1,
      reaction_time_unknown: 1,
    });
  });

  it("has every wording that the history holds, and takes no move for an edit", async () => {
    const history = [
      { timestamp: START + 60, user_id: 11, prev_content: "second" },
      { timestamp: START + 50, user_id: 12, prev_topic: "Haydn", topic: "Mozart" },
      { timestamp: START + 40, user_id: 11, prev_content: "first" },
    ];
    const edited = { last_edit_time: START + 60, subject: "" };
    const result = await rehearsal([
      row(1, 11, "third", { ...edited, edit_history: JSON.stringify(history) }),
      row(2, 11, "moved", { ...edited, edit_history: history.slice(1, 2) }),
      row(3, 11, "once", edited),
      row(4, 11, "odd", { ...edited, edit_history: "[" }),
    ]);
    expect(lines(result)).to.deep.equal([
      "Vera Alt: first",
      "Vera Alt: moved",
      "Vera Alt: once",
      "Vera Alt: odd",
      "Vera Alt: * second",
      "Vera Alt: * third",
      "Vera Alt: * once",
    ]);
    expect(result.event("* second").origin_server_ts).to.equal((START + 40) * 1000);
    expect(result.ledger).to.deep.equal({ edits_unavailable: 1, field_malformed: 1, moves_left_out: 1 });
  });

  it("has polls without votes, and claims no result", async () => {
    const result = await rehearsal([
      row(1, 11, "/poll Encore?\n* yes\nno", { subject: "" }),
      row(2, 12, "/poll why", { subject: "" }),
    ]);
    expect(lines(result)).to.deep.equal(["Vera Alt: Encore?\n1. yes\n2. no", "Ben Bass: /poll why"]);
    expect(result.ledger).to.deep.equal({ votes_unavailable: 1 });
  });

  it("joins both directions of direct messages, and keeps what no list names", async () => {
    const all = await convertedAll(
      "zulip",
      organization([
        row(1, 12, "psst", { recipient: 22, subject: "" }),
        row(2, 11, "what?", { recipient: 23, subject: "\u0007" }),
        row(3, 13, "all three", { recipient: 24, subject: "" }),
        row(4, 11, "where?", { recipient: 77, subject: "x" }),
        { id: 5, sender: 11 },
        row(6, 11, "in the channel", { reactions: 5, content: ["odd"] }),
        row(6, 11, "again"),
      ]),
    );
    expect(Object.keys(all)).to.deep.equal([
      "conversation 77.zip",
      "rehearsal.zip",
      "vera@choir.test,ben@choir.test,tom@choir.test.zip",
      "vera@choir.test,ben@choir.test.zip",
    ]);
    const direct = all["vera@choir.test,ben@choir.test.zip"];
    expect(direct && lines(direct)).to.deep.equal(["Ben Bass: psst", "Vera Alt: what?"]);
    expect(direct?.head.room).to.include({ name: "Vera Alt, Ben Bass", type: "direct" });
    expect(direct?.ledger).to.deep.equal({ message_malformed: 1 });
    expect(all["conversation 77.zip"]?.ledger).to.include({ conversation_unlisted: 1 });
    const channel = all["rehearsal.zip"];
    expect(channel && lines(channel)).to.deep.equal(["Vera Alt: Mozart"]);
    expect(channel?.ledger).to.include({ field_malformed: 1, message_repeated: 1 });
  });

  it("is known by its content, and told from what is none", async () => {
    const one = organization([row(1, 11, "hi")]);
    expect((await convertedFiles("auto", one)).head.generator).to.contain("(from zulip)");
    expect((await refusal("zulip", organization([]))).stderr).to.contain("holds no messages");
    expect((await refusal("zulip", { "realm.json": { a: 1 } })).stderr).to.contain("does not look like");
  });
});
