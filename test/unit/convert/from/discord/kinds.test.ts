import { expect } from "chai";
import { convertedAll, convertedFiles, lines, refusal } from "../../converted.ts";
import { author, channel, message } from "./channel.ts";

describe("exports of DiscordChatExporter of every kind", () => {
  it("are a folder of channels: one is chosen, or all are converted", async () => {
    const files = {
      "Kitchen - Rooms - soup [100].json": channel([message(1, "in soup")]),
      "Kitchen - Rooms - bread [101].json": channel([message(2, "in bread")], { id: "101", name: "bread" }),
      "stickers/lottie.json": { v: "5.5.2" },
    };
    const { code, stderr } = await refusal("discord", files);
    expect(code).to.equal(2);
    expect(stderr).to.contain("There are: bread, soup");
    expect(lines(await convertedFiles("discord", files, ["--channel", "bread"]))).to.deep.equal(["mia: in bread"]);
    const all = await convertedAll("discord", files);
    expect(Object.entries(all).map(([name, bundle]) => [name, lines(bundle)])).to.deep.equal([
      ["bread.zip", ["mia: in bread"]],
      ["soup.zip", ["mia: in soup"]],
    ]);
  });

  it("have channels of one name, which are told apart by their category, else by their id", async () => {
    const [rooms, spare] = [{ id: "101" }, { id: "102", category: "Spare" }];
    const files = { "a.json": channel([message(1, "in rooms")]), "b.json": channel([message(2, "spare")], spare) };
    const { code, stderr } = await refusal("discord", files, ["--channel", "soup"]);
    expect(code).to.equal(2);
    expect(stderr).to.contain("There are: soup (Rooms), soup (Spare)");
    const chosen = await convertedFiles("discord", files, ["--channel", "soup (Spare)"]);
    expect(lines(chosen)).to.deep.equal(["mia: spare"]);
    expect(chosen.head.room.name).to.equal("soup");
    const alike = { ...files, "b.json": channel([message(2, "too")], rooms) };
    expect((await refusal("discord", alike)).stderr).to.contain("There are: soup (100), soup (101)");
    expect(Object.keys(await convertedAll("discord", alike))).to.deep.equal(["soup (100).zip", "soup (101).zip"]);
  });

  it("are several parts of one channel, which belong together, also where only one is named", async () => {
    const files = {
      "soup.json": channel([message(1, "one")]),
      "soup [part 2].json": channel([message(2, "two", { timestamp: "2024-03-04T12:00:01+00:00" })]),
      "soup [part 10].json": channel([message(10, "ten", { timestamp: "2024-03-04T12:00:09+00:00" })]),
    };
    const whole = await convertedFiles("discord", files, [], "soup.json");
    expect(lines(whole)).to.deep.equal(["mia: one", "mia: two", "mia: ten"]);
    expect(whole.ledger).to.deep.equal({ part_missing: 1 });
    const { "soup [part 10].json": _last, ...both } = files;
    expect((await convertedFiles("discord", both)).ledger).to.deep.equal({});
  });

  it("stand in the order of their ids, newest first as well", async () => {
    const messages = [
      message(903, "third", { type: "Reply", reference: { messageId: "1210000000000000901", channelId: "100" } }),
      message(902, "second"),
      message(901, "first"),
    ];
    const converted = await convertedFiles("discord", { "r.json": channel(messages) });
    expect(lines(converted)).to.deep.equal(["mia: first", "mia: second", "mia: third"]);
    expect(converted.event("third").content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: converted.event("first").event_id },
    });
  });

  it("know the people that a webhook speaks for", async () => {
    const persona = (name: string): object => ({ author: author("910", name, { isBot: true }) });
    const converted = await convertedFiles("discord", {
      "w.json": channel([
        message(1, "one", persona("Mia (irc)")),
        message(2, "two", persona("Noor (irc)")),
        message(3, "three", { author: author("911", "bot", { isBot: true, discriminator: "1234" }) }),
      ]),
    });
    expect(lines(converted)).to.deep.equal(["Mia (irc): one", "Noor (irc): two", "bot: three"]);
    expect(converted.event("three").sender).to.equal("@911:discord.invalid");
  });

  it("are threads, whose first message only points elsewhere", async () => {
    const messages = [
      message(1, "Started a thread.", { type: "ThreadCreated", reference: { messageId: null, channelId: "100" } }),
      message(2, "", { type: "21", author: author("2", "noor"), reference: { messageId: "55", channelId: "99" } }),
      message(3, "inside", { author: author("2", "noor") }),
    ];
    const converted = await convertedFiles("discord", {
      "t.json": channel(messages, { type: "GuildPublicThread", name: "about salt" }),
    });
    expect(lines(converted)).to.deep.equal(["mia: Started a thread.", "noor: inside"]);
    expect(converted.ledger).to.deep.equal({ thread_start_elsewhere: 1 });
  });

  it("have their files in a folder of any name, and say how to name it", async () => {
    const attachments = [{ id: "3", url: "my%20files/spoon-A1B2.txt", fileName: "spoon.txt", fileSizeBytes: 5 }];
    const files = { "f.json": channel([message(1, "", { attachments })]), "my files/spoon-A1B2.txt": "spoon" };
    const { event, media } = await convertedFiles("discord", files);
    expect(media.get(String(event("spoon.txt").content["url"]))?.toString()).to.equal("spoon");
    const alone = await convertedFiles("discord", files, [], "f.json");
    expect(alone.ledger).to.deep.equal({ media_not_in_export: 1 });
    expect(alone.ran.stdout.toString()).to.contain("name the folder that holds both as the input");
  });

  it("keep a message of which one field is odd, and leave out a relation to what is not there", async () => {
    const messages = [
      message(1, "kept", { author: null, reactions: [null, { emoji: {}, count: 2 }], attachments: 5, type: 7.5 }),
      message(2, "answer", { type: "Reply", reference: { messageId: "77", channelId: "100" } }),
    ];
    const converted = await convertedFiles("discord", { "o.json": channel(messages) });
    expect(lines(converted)).to.deep.equal(["@unknown:discord.invalid: kept", "mia: answer"]);
    expect(converted.event("answer").content).to.not.have.property("m.relates_to");
    expect(converted.ledger).to.deep.equal({ field_malformed: 1, reactions_unattributed: 1, reply_elsewhere: 1 });
  });
});
