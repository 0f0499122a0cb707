import { expect } from "chai";
import { commandWords } from "../../../src/bot/command-words.ts";

describe("a command's words", () => {
  it("are its name and its arguments", () => {
    expect(commandWords("!export", false)).to.deep.equal({ name: "export", args: [] });
    expect(commandWords("!Export --since 2026-01-02  --no-media\n", false)).to.deep.equal({
      name: "export",
      args: ["--since", "2026-01-02", "--no-media"],
    });
    expect(commandWords('!import "my team"', false)).to.deep.equal({ name: "import", args: ["my team"] });
  });

  it("are none where the text does not begin with ! and a name", () => {
    for (const text of ["", "export", " !export", "!", "! export", "!!export", "!export!", "see !export", "> !export"])
      expect(commandWords(text, false), text).to.equal(undefined);
  });

  it("stand behind the quote that old clients put before a reply, and only there", () => {
    expect(commandWords("> <@ann:acme.org> bundle.zip\n> second line\n\n!import", true)?.name).to.equal("import");
    expect(commandWords("> <@ann:acme.org> bundle.zip\n\n!import", false)).to.equal(undefined);
    expect(commandWords("> <@ann:acme.org> !export\n\nno", true)).to.equal(undefined);
  });

  it("cannot be made slow by a long text", () => {
    const before = process.cpuUsage();
    commandWords("> ".repeat(30_000) + "x", true);
    commandWords("!export " + " ".repeat(60_000) + '"', false);
    expect(process.cpuUsage(before).user, "microseconds of work").to.be.below(500_000);
  });
});
