import { expect } from "chai";
import { commandWords } from "../../../src/bot/command-words.ts";

describe("a command's words", () => {
  it("are its name and its arguments", () => {
    expect(commandWords("!export")).to.deep.equal({ name: "export", args: [] });
    expect(commandWords("!Export --since 2026-01-02  --no-media\n")).to.deep.equal({
      name: "export",
      args: ["--since", "2026-01-02", "--no-media"],
    });
    expect(commandWords('!import "my team"')).to.deep.equal({ name: "import", args: ["my team"] });
  });

  it("are none where the text does not begin with ! and a name", () => {
    for (const text of ["", "export", " !export", "!", "! export", "!!export", "!export!", "see !export", "> !export"])
      expect(commandWords(text), text).to.equal(undefined);
  });

  it("cannot be made slow by a long text", () => {
    const before = process.cpuUsage();
    commandWords("!export " + " ".repeat(60_000) + '"');
    expect(process.cpuUsage(before).user, "microseconds of work").to.be.below(500_000);
  });
});
