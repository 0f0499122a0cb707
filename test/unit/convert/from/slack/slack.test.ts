import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { START } from "../../../../support/foreign-exports/files.ts";
import { writeExport } from "../../../../support/foreign-exports/forms.ts";
import { temporaryDirectory } from "../../../bundle/sample.ts";
import { run } from "../../../../support/doors/run-command.ts";
import { converted, outline, read } from "../../converted.ts";

describe("an export of a Slack workspace", () => {
  it("gives one channel with threads, formatting, edits, reactions, deletions and pins", async () => {
    const { head, events, event, ledger } = await converted("slack");
    expect(head.source).to.deep.equal({ server_name: "slack.invalid", room_id: "!c0tea:slack.invalid" });
    expect(head.room).to.include({ name: "tea", topic: "All about tea", creator: "@u0ann:slack.invalid" });
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "media" }] });
    expect(outline(events, START)).to.deep.equal([
      "m.room.create -100",
      "m.room.member -100",
      "m.room.member -100",
      "m.room.member -100",
      "m.room.name -100",
      "m.room.topic -100",
      "m.room.member 0",
      "m.room.message 1",
      "m.reaction 1",
      "m.room.message 3",
      "m.room.message 90000",
      "m.room.message 90001",
      "m.room.message 90002",
      "m.room.pinned_events 90002",
    ]);
    const question = event("Who wants *tea*, @Bob Baker? 🍵\n> ask the menu (https://tea.example/menu) & @here");
    expect(question.content["formatted_body"]).to.equal(
      'Who wants <strong>tea</strong>, @Bob Baker? 🍵<blockquote>ask <a href="https://tea.example/menu">the menu</a> &amp; @here</blockquote>',
    );
    const answer = event("Me! `now`");
    expect(answer.content).to.deep.include({
      msgtype: "m.file",
      filename: "menu.pdf",
      external_url: "https://acme.slack.com/files/U0BOB/F1/menu.pdf",
      formatted_body: "Me! <code>now</code>",
    });
    expect(answer.content["m.relates_to"]).to.deep.include({ rel_type: "m.thread", event_id: question.event_id });
    const reaction = events.find(({ type }) => type === "m.reaction");
    expect(reaction?.content["m.relates_to"]).to.include({ key: "👍🏼" });
    expect(events.find(({ unsigned }) => unsigned)?.content).to.deep.equal({});
    expect(event("It has *boiled*").sender).to.equal("@b1:slack.invalid");
    expect(head.senders.get("@b1:slack.invalid")?.display_name).to.equal("kettle");
    expect(JSON.stringify(events)).to.not.contain("xoxe");
    expect(ledger).to.deep.equal({
      edits_unavailable: 1,
      reaction_time_unknown: 1,
      reactions_unattributed: 1,
      redactions_unavailable: 1,
      media_not_in_export: 1,
    });
  });

  it("gives every conversation into a folder where none is chosen", async () => {
    const directory = await temporaryDirectory();
    try {
      const { input } = writeExport("slack", directory.path);
      const out = join(directory.path, "bundles");
      const ran = await run(["--json", "bundle", "convert", "--from", "slack", input, "-o", out]);
      expect(ran).to.include({ code: 0, stderr: "" });
      expect((await readdir(out)).sort()).to.deep.equal(["D0AB.zip", "hush.zip", "tea.zip"]);
      const { bundles } = JSON.parse(ran.stdout.toString()) as {
        bundles: { file: string; counts: { events: number } }[];
      };
      expect(bundles.map(({ file }) => file)).to.deep.equal(
        ["tea", "hush", "D0AB"].map((name) => join(out, `${name}.zip`)),
      );
      const direct = await read(join(out, "D0AB.zip"));
      expect(direct.head.room).to.include({ type: "direct", name: "Ann, Bob Baker" });
      expect((await read(join(out, "hush.zip"))).events.map(({ type }) => type)).to.deep.equal([
        "m.room.create",
        "m.room.name",
      ]);
    } finally {
      await directory.remove();
    }
  });

  it("asks for a folder or a channel where the place for several conversations is called a ZIP", async () => {
    const directory = await temporaryDirectory();
    try {
      const { input } = writeExport("slack", directory.path);
      const out = join(directory.path, "all.zip");
      const ran = await run(["bundle", "convert", "--from", "slack", input, "-o", out]);
      expect(ran.code).to.equal(2);
      expect(ran.stderr).to.contain(
        "--channel, or name a folder for all of them (-o FOLDER/). There are: tea, hush, D0AB",
      );
      expect(await readdir(directory.path)).not.to.include("all.zip");
    } finally {
      await directory.remove();
    }
  });

  it("names the conversations where the one asked for is not among them", async () => {
    const directory = await temporaryDirectory();
    try {
      const { input } = writeExport("slack", directory.path);
      const args = [
        "bundle",
        "convert",
        "--from",
        "slack",
        input,
        "--channel",
        "coffee",
        "-o",
        join(directory.path, "x.zip"),
      ];
      const ran = await run(args);
      expect(ran.code).to.equal(2);
      expect(ran.stderr).to.contain("no conversation of that name. There are: tea, hush, D0AB");
      expect(await readdir(directory.path)).to.deep.equal(["slack.zip"]);
    } finally {
      await directory.remove();
    }
  });
});
