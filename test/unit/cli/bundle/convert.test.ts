import { join } from "node:path";
import { expect } from "chai";
import { writeFiles } from "../../../support/foreign-exports/files.ts";
import { writeExport } from "../../../support/foreign-exports/forms.ts";
import { temporaryDirectory } from "../../bundle/sample.ts";
import { run } from "../../../support/doors/run-command.ts";

describe("bundle convert", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (directory = await temporaryDirectory()));
  after(() => directory.remove());

  it("says what it made", async () => {
    const { input } = writeExport("telegram", directory.path);
    const out = join(directory.path, "chat.zip");
    const ran = await run(["bundle", "convert", "--from", "telegram", input, "-o", out]);
    expect(ran).to.include({ code: 0, stderr: "" });
    expect(ran.stdout.toString()).to.equal(`${out}: 14 events, 3 senders, 1 media files; entries in the ledger: 4\n`);
  });

  it("is used wrongly without a program, a known one, or a place for the bundle", async () => {
    for (const [args, text] of [
      [["in.zip", "-o", "out.zip"], "--from"],
      [
        ["in.zip", "--from", "icq", "-o", "out.zip"],
        "Allowed choices are auto, element, discord, slack, mattermost, telegram, rocketchat, zulip, google-chat, whatsapp, signal, signal-desktop, irc",
      ],
      [["in.zip", "--from", "constructor", "-o", "out.zip"], "Allowed choices are auto"],
      [["in.zip", "--from", "slack"], "-o bundle.zip"],
      [["in.zip", "--from", "slack", "--to", "csv"], "either --from"],
      [["in.zip", "--to", "docx"], "Allowed choices are text, markdown, csv"],
      [["in.zip", "--to", "csv", "--channel", "tea"], "--channel goes with --from"],
    ] as const) {
      const ran = await run(["bundle", "convert", ...args]);
      expect(ran.code).to.equal(2);
      expect(ran.stderr).to.contain(text);
    }
  });

  for (const form of ["element", "discord", "slack", "mattermost", "telegram"] as const)
    it(`knows an export of ${form} by what is in it`, async () => {
      const { input, channel } = writeExport(form, directory.path);
      const out = join(directory.path, `auto-${form}.zip`);
      const chosen = channel === undefined ? [] : ["--channel", channel];
      const ran = await run(["bundle", "convert", "--from", "auto", input, ...chosen, "-o", out]);
      expect(ran.stderr).to.equal("");
      const shown = await run(["bundle", "show", out]);
      expect(shown.stdout.toString()).to.contain(`(from ${form})`);
    });

  it("knows logs and chats by what is in them, and says where it knows nothing", async () => {
    const folder = join(directory.path, "auto");
    for (const [name, content, more] of [
      ["irc.net.#soup.weechatlog", "2026-10-24 10:00:00\tmia\thi\n", ["--time-zone", "UTC"]],
      ["_chat.txt", "13/04/24, 10:00 - A: x\n", ["--time-zone", "UTC"]],
      ["notes.md", "# Notes\n", undefined],
    ] as const) {
      writeFiles(join(folder, name), { [name]: content });
      const args = [
        "bundle",
        "convert",
        "--from",
        "auto",
        join(folder, name),
        ...(more ?? []),
        "-o",
        join(directory.path, `${name}.zip`),
      ];
      const ran = await run(args);
      expect(ran.code, ran.stderr).to.equal(more ? 0 : 1);
      if (!more) expect(ran.stderr).to.contain("say with --from which it is");
    }
  });

  it("says as what it has read what is none, and what to do", async () => {
    const folder = writeFiles(join(directory.path, "none"), { "notes.md": "# Notes\n" });
    const ran = await run(["bundle", "convert", "--from", "slack", folder, "-o", join(directory.path, "x.zip")]);
    expect(ran).to.deep.include({
      code: 1,
      stderr: `roomporter: ${folder}: This does not look like an export of that kind. It was read with --from slack: --from auto tells which program it is of, and --help what to give for each.\n`,
    });
  });

  it("says which export it cannot find, and keeps nothing when interrupted", async () => {
    const none = join(directory.path, "none.zip");
    const ran = await run(["bundle", "convert", "--from", "slack", none, "-o", join(directory.path, "x.zip")]);
    expect(ran).to.deep.include({ code: 1, stderr: `roomporter: ${none}: there is no such file or folder\n` });
    const { input } = writeExport("discord", directory.path);
    const args = ["bundle", "convert", "--from", "discord", input, "-o", join(directory.path, "x.zip")];
    expect((await run(args, { interrupt: AbortSignal.abort() })).code).to.equal(130);
  });
});
