import { join } from "node:path";
import { expect } from "chai";
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
        "--from is one of element, discord, slack, mattermost, telegram, whatsapp, signal, irc",
      ],
      [["in.zip", "--from", "constructor", "-o", "out.zip"], "--from is one of"],
      [["in.zip", "--from", "slack"], "-o bundle.zip"],
      [["in.zip", "--from", "slack", "--to", "csv"], "either --from"],
      [["in.zip", "--to", "docx"], "--to is one of text, markdown, csv"],
      [["in.zip", "--to", "csv", "--channel", "tea"], "--channel goes with --from"],
    ] as const) {
      const ran = await run(["bundle", "convert", ...args]);
      expect(ran.code).to.equal(2);
      expect(ran.stderr).to.contain(text);
    }
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
