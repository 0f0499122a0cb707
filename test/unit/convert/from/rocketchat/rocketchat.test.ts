import { expect } from "chai";
import { convertedAll, convertedFiles, lines, refusal } from "../../converted.ts";

const FILE_ID = "Qw7rTzXc91";

function message(second: number, username: string, msg: string, more: object = {}): object {
  return { msg, username, ts: `2025-05-06T10:00:0${second}.500Z`, ...more };
}

function jsonLines(...values: (object | string)[]): string {
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n") + "\n";
}

/** As the server describes an attachment: the file of the message stands beside each of them. */
function attachment(
  more: object,
  file: { id?: string; name?: string } = { id: FILE_ID, name: "oven plan.txt" },
): object {
  return { ...more, remote: file.id === undefined, fileId: file.id, fileName: file.name };
}

const upload = attachment({
  type: "file",
  title: "oven plan.txt",
  title_link: `/file-upload/${FILE_ID}/oven%20plan.txt`,
});

describe("Rocket.Chat", () => {
  it("has the messages of a room with their files, marks and quotations", async () => {
    const result = await convertedFiles("rocketchat", {
      "bakery.json": jsonLines(
        message(1, "lena", "*dough* is ready :tada:"),
        message(2, "omar", "plan for today", { attachments: [upload] }),
        message(3, "lena", "[ ](https://chat.bread.test/channel/bakery?msg=abc) yes", {
          attachments: [attachment({ message_link: "https://chat.bread.test/channel/bakery?msg=abc" }, {})],
        }),
        message(4, "oven.bot", "", {
          attachments: [attachment({ title: "Alarm", title_link: "https://oven.test/alarm" }, {})],
        }),
        message(5, "omar", "", { type: "rm" }),
      ),
      [`assets/${FILE_ID}-oven plan.txt`]: "220 °C",
    });
    expect(lines(result)).to.deep.equal([
      "lena: *dough* is ready 🎉",
      "omar: plan for today",
      "lena: > Quoted message (https://chat.bread.test/channel/bakery?msg=abc)\nyes",
      "oven.bot: Alarm (https://oven.test/alarm)",
      "omar: —",
    ]);
    const [first] = result.events.filter(({ type }) => type === "m.room.message");
    expect(first).to.include({
      sender: "@lena:rocketchat.invalid",
      origin_server_ts: Date.parse("2025-05-06T10:00:01.5Z"),
    });
    expect(first?.content["formatted_body"]).to.equal("<strong>dough</strong> is ready 🎉");
    expect(result.event("plan for today").content).to.include({ msgtype: "m.file", filename: "oven plan.txt" });
    expect([...result.media.values()].map(String)).to.deep.equal(["220 °C"]);
    expect(result.head.room).to.include({ name: "bakery", type: "group" });
    expect(result.ledger).to.deep.equal({
      card_words_not_in_export: 1,
      redactions_unavailable: 1,
      reply_unresolved: 1,
      reactions_unavailable: 1,
      edits_not_in_export: 1,
      pins_not_in_export: 1,
      threads_not_in_export: 1,
    });
  });

  it("gives a file to the attachment with its id alone, and says which are not there", async () => {
    const other = attachment({ type: "file", title: "b.txt", title_link: "/file-upload/other/b.txt" });
    const third = attachment({ type: "file", title: "c.txt", title_link: "/file-upload/third/c.txt" });
    const result = await convertedFiles("rocketchat", {
      "bakery.json": jsonLines(message(1, "omar", "two", { attachments: [upload, other, third] })),
      [`assets/${FILE_ID}-oven plan.txt`]: "hot",
      "assets/third-c.txt": "cold",
    });
    expect(lines(result)).to.deep.equal(["omar: two", "omar: oven plan.txt", "omar: b.txt", "omar: c.txt"]);
    expect(String(result.media.get(String(result.event("oven plan.txt").content["url"])))).to.equal("hot");
    expect(String(result.media.get(String(result.event("c.txt").content["url"])))).to.equal("cold");
    expect(result.media.has(String(result.event("b.txt").content["url"]))).to.equal(false);
    expect(result.ledger).to.include({ media_not_in_export: 1 });
  });

  it("tells what happened in the room, and leaves out what is encrypted", async () => {
    const result = await convertedFiles("rocketchat", {
      "bakery.json": jsonLines(
        message(1, "lena", "User joined the channel", { type: "uj" }),
        message(2, "lena", "Bread only", { type: "room_changed_topic" }),
        message(3, "lena", "omar", { type: "user-muted" }),
        message(4, "omar", "omar added by lena", { type: "au" }),
        message(5, "omar", "gibberish", { type: "e2e" }),
        message(6, "omar", "", { type: "some-app" }),
        message(7, "omar", "User left this channel", { type: "ul" }),
      ),
    });
    expect(lines(result)).to.deep.equal(["lena: Muted: omar", "omar: omar added by lena", "omar: [some-app]"]);
    expect(result.head.room.topic).to.equal("Bread only");
    expect(
      result.events.filter(({ type }) => type === "m.room.member").map(({ content }) => content["membership"]),
    ).to.deep.equal(["join", "join", "leave"]);
    expect(result.ledger).to.include({ message_unsupported: 1 });
  });

  it("knows the rooms of an account, whose names of other people are numbers", async () => {
    const all = await convertedAll("rocketchat", {
      "user.json": jsonLines({ username: "lena", name: "Lena Loaf", emails: ["lena@bread.test"] }),
      "channels.json": jsonLines(
        { roomId: "aB1", roomName: "bakery", type: "c" },
        { roomId: "dM2", roomName: "dM2", type: "d" },
      ),
      avatar: "picture",
      "bakery.json": jsonLines(message(1, "lena", "hi"), message(2, "User_2", "ho")),
      "dM2.json": jsonLines(message(1, "User_2", "psst")),
    });
    expect(Object.keys(all)).to.deep.equal(["bakery.zip", "dM2.zip"]);
    const room = all["bakery.zip"];
    expect(room && lines(room)).to.deep.equal(["Lena Loaf: hi", "User_2: ho"]);
    expect(room?.ledger).to.include({ people_hidden: 1 });
    expect(room?.head.senders.get("@lena:rocketchat.invalid")?.avatar).to.not.equal(null);
    expect(all["dM2.zip"]?.head.room).to.include({ name: null, type: "direct" });
  });

  it("keeps what it can of odd lines, and takes a repeated one once", async () => {
    const result = await convertedFiles("rocketchat", {
      "bakery.json": jsonLines(
        "{",
        message(1, "lena", "hi", { attachments: "none" }),
        message(2, "lena", "again"),
        message(2, "lena", "again"),
        { msg: "when?", username: "lena", ts: "yesterday" },
        { ts: "2025-05-06T10:00:09.000Z", msg: "who?" },
      ),
    });
    expect(lines(result)).to.deep.equal(["lena: hi", "lena: again", "unknown: who?"]);
    expect(result.ledger).to.include({ field_malformed: 1, message_malformed: 1, message_repeated: 1 });
  });

  it("is known by its content, and as HTML refused with what to do", async () => {
    const files = {
      "channels.json": jsonLines({ roomId: "aB1", roomName: "bakery", type: "c" }),
      "bakery.json": jsonLines(message(1, "lena", "hi")),
    };
    expect((await convertedFiles("auto", files)).head.source.server_name).to.equal("rocketchat.invalid");
    const page =
      '<meta http-equiv="content-type" content="text/html; charset=utf-8"><p><strong>lena</strong> (Tue):<br/>\nhi\n</p>';
    expect((await refusal("rocketchat", { "aB1.html": page })).stderr).to.contain("choose JSON");
    expect((await refusal("rocketchat", { "a.html": "<p>hello</p>" })).stderr).to.contain("does not look like");
    expect((await refusal("rocketchat", { "a.json": [1] })).stderr).to.contain("does not look like");
  });
});
