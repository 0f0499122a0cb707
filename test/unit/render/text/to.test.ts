import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { BundleEvent } from "../../../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import {
  ALICE,
  BOB,
  message,
  sampleRoom,
  temporaryDirectory,
  writeSample,
  type SampleRoom,
} from "../../bundle/sample.ts";
import { importedRoom } from "../../bundle/imported-sample.ts";
import { run } from "../../../support/doors/run-command.ts";

const P = "org.matrix.msc3381.poll.";

describe("a bundle as", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (directory = await temporaryDirectory()));
  after(() => directory.remove());
  const { TMPDIR } = process.env;
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  });

  async function shown(shape: string, room: SampleRoom = sampleRoom(), options: string[] = []): Promise<string> {
    const bundle = await writeSample(room, directory.path, "room.zip");
    const ran = await run(["bundle", "convert", "--to", shape, bundle, ...options]);
    expect(ran).to.include({ code: 0, stderr: "" });
    return ran.stdout.toString();
  }

  function roomOf(...contents: JsonObject[]): SampleRoom {
    const room = sampleRoom();
    const [create] = room.events;
    const events = contents.map((content, index) => message(index + 1, ALICE, content));
    return { ...room, events: create ? [create, ...events] : events, media: [] };
  }

  it("text has every message with author, time, answers, edits, reactions, removals and files", async () => {
    const lines = (await shown("text")).split("\n");
    expect(lines[0]).to.equal("#1 2023-11-14 22:13:20 * @alice:acme.test created the room");
    expect(lines).to.include.members([
      "#2 2023-11-14 22:13:21 * @alice:acme.test named the room “Tea”",
      "#3 2023-11-14 22:13:22 @alice:acme.test (edited 2023-11-14 22:13:25): Is it?",
      "    👍 @bob:acme.test, Carol",
      "#4 2023-11-14 22:13:23 @bob:acme.test (in reply to #3): Soon",
      "#5 2023-11-14 22:13:24 @bob:acme.test (in thread #3): In a thread",
      "#6 2023-11-14 22:13:28 @alice:acme.test: (Message removed by @bob:acme.test: “mistake”)",
      "#8 2023-11-14 22:13:31 * Carol sent an event of type test.acme.custom",
    ]);
    expect(lines[7]).to.match(/^#7 .*: \[image: cup\.png, media\/[0-9a-f]{64}\/cup\.png\]$/);
    expect(lines.length).to.equal(10);
  });

  it("text is that of the first room, whatever number of imports lie between", async () => {
    const said = (text: string): string[] =>
      text
        .split("\n")
        .filter((line) => !/ \* |media\//.test(line))
        .map((line) => line.replace(/@(alice|bob):acme\.test/g, "?"));
    const imported = said(await shown("text", importedRoom(sampleRoom(), "new.test")));
    expect(imported).to.deep.equal(said(await shown("text")));
  });

  it("text cannot be made to look like somebody else's words, or to move the cursor", async () => {
    const text = "hi\n#9 2023-11-14 22:13:28 @bob:acme.test: me too\r\u001b[2J\u202etxt\u2028x";
    const lines = (await shown("text", roomOf({ msgtype: "m.text", body: text }))).split("\n");
    expect(lines.slice(1)).to.deep.equal([
      "#2 2023-11-14 22:13:21 @alice:acme.test: hi",
      "    #9 2023-11-14 22:13:28 @bob:acme.test: me too",
      "    \ufffd[2J\ufffdtxt\ufffdx",
      "",
    ]);
  });

  it("text takes edits of their own author only, the latest by time, and counts votes", async () => {
    const room = roomOf({ msgtype: "m.text", body: "one" });
    const edit = (number: number, sender: string, body: string, ts: number): void => {
      const relates = { rel_type: "m.replace", event_id: "$event-1" };
      const content = {
        msgtype: "m.text",
        body: `* ${body}`,
        "m.new_content": { msgtype: "m.text", body },
        "m.relates_to": relates,
      };
      room.events.push({ ...message(number, sender, content), origin_server_ts: 1_700_000_000_000 + ts });
    };
    edit(2, BOB, "forged", 9000);
    edit(8, ALICE, "early", 7500);
    edit(3, ALICE, "latest", 8000);
    edit(4, ALICE, "earlier", 7000);
    const answers = ["y", "n"].map((id) => ({ id, "org.matrix.msc1767.text": id }));
    const poll = { [`${P}start`]: { question: { "org.matrix.msc1767.text": "Tea?" }, answers } };
    const relates = { rel_type: "m.reference", event_id: "$event-5" };
    room.events.push(
      message(5, ALICE, poll, { type: `${P}start` }),
      message(6, BOB, { [`${P}response`]: { answers: ["y"] }, "m.relates_to": relates }, { type: `${P}response` }),
    );
    expect((await shown("text", room)).split("\n").slice(1)).to.deep.equal([
      "#2 2023-11-14 22:13:21 @alice:acme.test (edited 2023-11-14 22:13:28): latest",
      "#3 2023-11-14 22:13:29 * @bob:acme.test tried to change a message that was not theirs: “forged”",
      "#4 2023-11-14 22:13:25 @alice:acme.test: [poll] Tea?",
      "    - y: 1",
      "    - n: 0",
      "    Not closed: 1 vote",
      "",
    ]);
  });

  it("text puts to a message what came before it, however much that is", async () => {
    const room = roomOf({ msgtype: "m.text", body: "first" });
    const to = { event_id: "$event-9" };
    const reaction = (number: number, key: string): BundleEvent =>
      message(number, BOB, { "m.relates_to": { rel_type: "m.annotation", key, ...to } }, { type: "m.reaction" });
    const long = { msgtype: "m.text", body: "long ".repeat(10_000) };
    room.events.push(
      reaction(2, "👍"),
      message(3, ALICE, { ...long, "m.new_content": long, "m.relates_to": { rel_type: "m.replace", ...to } }),
      reaction(4, "🍵"),
      message(9, ALICE, { msgtype: "m.text", body: "late" }),
    );
    const text = await shown("text", room);
    expect(text).to.match(/long \n.*👍 @bob:acme\.test.*\n?.*🍵 @bob:acme\.test/);
  });

  for (const shape of ["text", "markdown", "csv"])
    it(`${shape} claims no number of votes where the bundle holds none`, async () => {
      const answers = ["Tea", "Coffee"].map((text, index) => ({ id: String(index), "org.matrix.msc1767.text": text }));
      const poll = { [`${P}start`]: { question: { "org.matrix.msc1767.text": "Tea or coffee?" }, answers } };
      const relates = { rel_type: "m.reference", event_id: "$event-1" };
      const end = { [`${P}end`]: {}, "m.relates_to": relates };
      const room = roomOf(poll);
      room.events.splice(1, 1, message(1, ALICE, poll, { type: `${P}start` }));
      room.events.push(message(2, ALICE, end, { type: `${P}end` }));
      const told = await shown(shape, room);
      expect(told).to.contain("Tea or coffee?");
      expect(told).not.to.match(/\d+ votes?|(?:Tea|Coffee): \d|Final result/);
      if (shape !== "csv") expect(told).to.match(/- Tea\b[^]*- Coffee\b[^]*Ended; its votes are not in this bundle/);
    });

  it("Markdown keeps formatting, and nothing that people write becomes more than text", async () => {
    const html = (formatted_body: string): JsonObject => ({
      msgtype: "m.text",
      body: "plain",
      format: "org.matrix.custom.html",
      formatted_body,
    });
    const room = roomOf(
      html(
        "<strong>bold</strong> <a href='javascript:alert(1)'>x</a> <img src='https://t.example/p.png'><script>1</script>",
      ),
      html("&lt;script&gt;alert(1)&lt;/script&gt; <pre><code>a < b</code></pre>"),
      { msgtype: "m.text", body: "# head\n<img src=x onerror=alert(1)>\n![p](https://t.example/p.png) *no*" },
    );
    const text = await shown("markdown", room);
    expect(text).to.contain("\n**bold** x\n");
    expect(text).to.contain("&lt;script>alert(1)&lt;/script>").and.to.contain("```\na < b\n```");
    expect(text).to.contain(
      "\n\\# head\\\n&lt;img src=x onerror=alert(1)>\\\n!\\[p\\](https://t.example/p.png) \\*no\\*\n",
    );
    expect(text).to.match(/^# .*\n\n## 2023-11-14\n/);
  });

  it("CSV has a row for each event, with exact ids and texts", async () => {
    const room = roomOf(
      { msgtype: "m.text", body: '=HYPERLINK("https://t.example";"x")' },
      { msgtype: "m.text", body: 'a "b",\nc' },
      { msgtype: "m.text", body: "two\nlines" },
    );
    const text = await shown("csv", room);
    const rows = text.split("\r\n");
    expect(rows[0]).to.equal(
      "event_id,time,author_id,author_name,type,state_key,text,relation,related_event_id,reply_to,reaction,file,removed_by,removal_reason",
    );
    expect(rows[2]).to.equal(
      `$event-1,2023-11-14T22:13:21.000Z,@alice:acme.test,,m.room.message,,"=HYPERLINK(""https://t.example"";""x"")",,,,,,,`,
    );
    expect(rows[3]).to.contain('"a ""b"",\nc"');
    expect(rows[4]).to.contain(',"two\nlines",');
    const all = await shown("csv");
    expect(all.split("\r\n")).to.have.length(14);
    expect(all).to.match(/\$event-6,[^\r]*,m\.reaction,,,m\.annotation,\$event-2,,👍,/u);
    expect(all).to.match(/\$event-9,[^\r]*,m\.room\.redaction,,,,\$event-8,/u);
    expect(all).to.match(/\$event-8,[^\r]*,@bob:acme\.test,mistake\r/u);
  });

  it("CSV names files that the bundle does not hold", async () => {
    const file = (body: string): JsonObject => ({ itemtype: "m.image", body, url: `mxc://acme.test/${body}` });
    const room = roomOf(
      { msgtype: "m.image", body: "words", filename: "cup.png", url: "mxc://acme.test/cup" },
      { msgtype: "dm.filament.gallery", body: "both", itemtypes: [file("a.png"), file("b.png")] },
    );
    const text = await shown("csv", room);
    expect(text).to.contain(",words,,,,,cup.png,,\r\n").and.to.contain(',both,,,,,"a.png\nb.png",,\r\n');
  });

  it("CSV for a spreadsheet holds no formulas", async () => {
    const room = roomOf(...["=1+1", "+1", "-1", "@sum(1)", "plain"].map((body) => ({ msgtype: "m.text", body })));
    const text = await shown("csv", room, ["--spreadsheet"]);
    expect(text.startsWith("\ufeffevent_id,")).to.equal(true);
    const cells = text.split("\r\n").flatMap((row) => row.split(","));
    expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).to.deep.equal([]);
    expect(cells).to.include.members(["'=1+1", "'+1", "'-1", "'@sum(1)", "plain", "'@alice:acme.test"]);
    const misused = await run(["bundle", "convert", "--to", "text", "room.zip", "--spreadsheet"]);
    expect([misused.code, misused.stderr]).to.match(/^2,roomporter: --spreadsheet goes with --to csv/);
  });

  it("text appears under its name only when it is complete, and leaves nothing behind", async () => {
    const bundle = await writeSample(sampleRoom(), directory.path, "room.zip");
    const file = join(directory.path, "room.txt");
    const work = join(directory.path, "work");
    await mkdir(work);
    // other processes use the shared one, too
    process.env["TMPDIR"] = work;
    expect(await run(["bundle", "convert", "--to", "text", bundle, "-o", file])).to.deep.include({ code: 0 });
    expect(await readFile(file, "utf8")).to.contain("#1 ");
    const broken = join(directory.path, "broken.zip");
    await writeFile(broken, (await readFile(bundle)).subarray(0, 300));
    const none = join(directory.path, "none.txt");
    const ran = await run(["bundle", "convert", "--to", "text", broken, "-o", none]);
    expect([ran.code, ran.stderr]).to.deep.equal([
      1,
      `roomporter: ${broken}: The file is not a ZIP archive, or its directory is damaged. [zip_unreadable]\n`,
    ]);
    expect((await readdir(directory.path)).filter((name) => name.includes("none"))).to.deep.equal([]);
    expect(await readdir(work)).to.deep.equal([]);
  });
});
