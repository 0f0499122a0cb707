import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { elementEvents } from "../../support/foreign-exports/element.ts";
import { discordExport } from "../../support/foreign-exports/discord.ts";
import { PNG, writeFiles, writeZip } from "../../support/foreign-exports/files.ts";
import { slackFiles } from "../../support/foreign-exports/slack.ts";
import { telegramExport } from "../../support/foreign-exports/telegram.ts";
import { rawZip } from "../bundle/raw-zip.ts";
import { temporaryDirectory } from "../bundle/sample.ts";
import { run } from "../../support/doors/run-command.ts";
import { converted, convertedFiles, read } from "./converted.ts";

const FORMS = ["element", "discord", "slack", "mattermost", "telegram"] as const;

describe("an export from a stranger", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let work: Awaited<ReturnType<typeof temporaryDirectory>>;
  const shared = process.env["TMPDIR"];
  // of its own: other processes convert, too, and leave their work folders in the shared one meanwhile
  beforeEach(async () => {
    directory = await temporaryDirectory();
    work = await temporaryDirectory();
    process.env["TMPDIR"] = work.path;
  });
  afterEach(async () => {
    if (shared === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = shared;
    await directory.remove();
    await work.remove();
  });

  /** Gives the message of the failure; nothing is left behind. */
  async function refused(form: string, input: string): Promise<string> {
    const before = await readdir(directory.path);
    const out = join(directory.path, "out.zip");
    const ran = await run(["bundle", "convert", "--from", form, input, "-o", out]);
    expect(ran.code, ran.stderr).to.equal(1);
    expect(await readdir(directory.path)).to.deep.equal(before);
    expect(await readdir(work.path)).to.deep.equal([]);
    return ran.stderr;
  }

  for (const form of FORMS) {
    it(`is no ${form} export where it is something else`, async () => {
      const files = { "users.json": { a: 1 }, "export.json": '{"messages":[]}', "import.jsonl": '{"type":"post"}\n' };
      expect(await refused(form, writeZip(directory.path, "in.zip", files))).to.match(/does not look like|damaged/);
      expect(await refused(form, writeZip(directory.path, "none.zip", { "readme.txt": "hello" }))).to.contain(
        "does not look like",
      );
    });

    it(`is refused as a ${form} export with names that lead outside, or twice the same`, async () => {
      const outside = writeZip(directory.path, "outside.zip", { "../export.json": "{}" });
      expect(await refused(form, outside)).to.contain("not a sound ZIP");
      const twice = ["export.json", "export.json"].map((name) => ({ name, data: Buffer.from("{}") }));
      const repeated = writeFiles(directory.path, { "twice.zip": rawZip(twice) });
      expect(await refused(form, join(repeated, "twice.zip"))).to.contain("not a sound ZIP");
      const cut = writeFiles(directory.path, { "cut.zip": "PK\u0003\u0004 and no more" });
      expect(await refused(form, join(cut, "cut.zip"))).to.contain("not a sound ZIP");
    });
  }

  it("may have names with .. in them that stay inside", async () => {
    const content = { msgtype: "m.image", body: "../cup.png", url: "mxc://acme.test/cup", info: { size: PNG.length } };
    const message = { ...elementEvents[1], unsigned: {}, event_id: "$cup", content };
    const input = writeZip(directory.path, "dots.zip", {
      "images/../cup-11-14-2023 at 10-13-21 PM.png": PNG,
      "export.json": { room_name: "Tea", messages: [message] },
    });
    const { media } = await converted("element", { input });
    expect(media.get("mxc://acme.test/cup")).to.deep.equal(PNG);
  });

  it("is refused where it would fill the disk", async () => {
    const bomb = Buffer.alloc(64 * 1024 * 1024);
    const input = writeZip(directory.path, "bomb.zip", { ...slackFiles, "tea/attachments/F1-menu.pdf": bomb });
    expect(await refused("slack", input)).to.contain("not a sound ZIP");
  });

  it("is refused where its JSON ends in the middle or is nested without end", async () => {
    const text = JSON.stringify(discordExport);
    for (const bad of [
      text.slice(0, -40),
      text.replace('"messageCount"', `"more":${"[".repeat(5000)}${"]".repeat(5000)},"n"`),
    ]) {
      const folder = writeFiles(directory.path, { "bad.json": bad });
      expect(await refused("discord", join(folder, "bad.json"))).to.contain("damaged");
    }
  });

  it("of a whole Telegram account is told from that of a chat", async () => {
    const folder = writeFiles(join(directory.path, "all"), {
      "result.json": { about: "x", chats: { list: [telegramExport] } },
    });
    expect(await refused("telegram", folder)).to.contain("whole account");
  });

  it("gets no file from outside of it, by whatever path or link", async () => {
    const secret = writeFiles(join(directory.path, "private"), { "secret.png": PNG, "photos/other.png": PNG });
    const folder = join(directory.path, "chat");
    await mkdir(join(folder, "photos"), { recursive: true });
    await symlink(join(secret, "secret.png"), join(folder, "photos", "link.png"));
    await symlink(join(secret, "photos"), join(folder, "linked"));
    const paths = ["photos/link.png", "linked/other.png", "../private/secret.png", join(secret, "secret.png")];
    const photos = [...paths, "..\\private\\secret.png", "photos/../../private/secret.png"];
    const messages = photos.map((photo, index) => ({ ...telegramExport.messages[2], id: 100 + index, photo }));
    writeFiles(folder, { "result.json": { ...telegramExport, messages } });
    const { head, ledger } = await converted("telegram", { input: folder });
    expect(head.media.size).to.equal(0);
    expect(ledger["media_not_in_export"]).to.equal(photos.length);
  });

  it("that is a single file brings only the files that its own program puts beside it", async () => {
    const messages = [
      {
        ...discordExport.messages[1],
        attachments: [
          { id: "1", url: "tax.pdf", fileName: "tax.pdf", fileSizeBytes: 1 },
          { id: "2", url: "mine.json_Files/cup.png", fileName: "cup.png", fileSizeBytes: 1 },
        ],
      },
    ];
    const folder = writeFiles(directory.path, {
      "tax.pdf": "private",
      "mine.json_Files/cup.png": PNG,
      "mine.json": { ...discordExport, messages },
    });
    const { head } = await converted("discord", { input: join(folder, "mine.json") });
    expect([...head.media.values()].map(({ names }) => names)).to.deep.equal([["cup.png"]]);
  });

  it("loses what has no message's shape, or stands there twice, and the ledger says how much", async () => {
    const [first, second] = discordExport.messages;
    const bad = [null, 1, [], {}, { ...first, timestamp: "yesterday" }, { ...first, id: {} }];
    const messages = [first, second, second, ...bad, { ...second, id: "__proto__", content: "odd" }];
    const folder = writeFiles(directory.path, { "bad.json": { ...discordExport, messages } });
    const { head, event } = await converted("discord", { input: join(folder, "bad.json") });
    const said = (code: string): string | undefined => head.ledger.find((entry) => entry.code === code)?.message;
    expect(said("message_malformed")).to.contain(`Number: ${bad.length}.`);
    expect(said("message_repeated")).to.contain("Number: 1.");
    expect(event("odd").event_id).to.match(/^\$[\w-]{43}$/);
  });

  it("may say an address of a file where people write: the ledger has it, and the bundle is sound", async () => {
    const address = "mxc://acme.test/cup";
    const { telegram, slack } = {
      telegram: { ...telegramExport, name: address, messages: [{ ...telegramExport.messages[0], text: address }] },
      slack: {
        "channels.json": [{ id: "C1", name: "soup", topic: { value: address } }],
        "users.json": [{ id: "U1", profile: { display_name: address } }],
        "soup/2024-03-04.json": [{ type: "message", ts: "1709553600.1", user: "U1", text: address }],
      },
    };
    for (const made of [
      await convertedFiles("telegram", { "result.json": telegram }),
      await convertedFiles("slack", slack, ["--channel", "soup"]),
      await convertedFiles("irc", { "a.log": `--- Log opened Sat Oct 24 23:59:42 2026\n23:59 <mia> ${address}\n` }, [
        "--time-zone",
        "UTC",
      ]),
    ]) {
      const told = made.head.ledger.filter(({ uri }) => uri === address);
      expect(told.map(({ code }) => code)).to.deep.equal(["media_not_in_export"]);
    }
  });

  it("may give a time that is none: that message is left out, and counted", async () => {
    const when = "2024-13-45T00:00:00Z";
    const chat = (created_date: string, text: string): object => ({
      creator: { name: "A", email: "a@b" },
      created_date,
      text,
    });
    const messages = [chat("2024-03-04T00:00:00Z", "sound"), chat(when, "odd")];
    const line = (ts: string, msg: string): string => JSON.stringify({ ts, username: "a", msg });
    for (const { events, ledger } of [
      await convertedFiles("google-chat", { "Space A/messages.json": { messages } }),
      await convertedFiles("rocketchat", {
        "soup.json": `${line("2024-03-04T00:00:00Z", "sound")}\n${line(when, "odd")}\n`,
      }),
    ]) {
      expect(events.flatMap(({ content }) => content["body"] ?? [])).to.deep.equal(["sound"]);
      expect(ledger).to.include({ message_malformed: 1 });
    }
  });

  it("cannot make two people one, nor an id that is none", async () => {
    const ids = ["Ann", "ann", "ANN", "@eve:acme.test", "a:b", " ", "ä", "x".repeat(300), "__proto__", "=aa"];
    const [first] = discordExport.messages;
    const messages = ids.map((id, index) => ({ ...first, id: String(index), author: { ...first?.author, id } }));
    const folder = writeFiles(directory.path, { "odd.json": { ...discordExport, messages } });
    const { events } = await converted("discord", { input: join(folder, "odd.json") });
    const senders = new Set(events.filter(({ type }) => type === "m.room.message").map(({ sender }) => sender));
    expect(senders.size).to.equal(ids.length);
    for (const sender of senders) expect(sender).to.match(/^@[a-z0-9._=-]{1,100}:discord\.invalid$/);
  });

  it("gives the same bundle each time", async () => {
    const input = writeZip(directory.path, "slack.zip", slackFiles);
    const events = [];
    for (const name of ["one.zip", "two.zip"]) {
      const file = join(directory.path, name);
      await run(["bundle", "convert", "--from", "slack", input, "--channel", "tea", "-o", file]);
      events.push((await read(file)).events);
    }
    expect(events[0]).to.deep.equal(events[1]);
  });
});
