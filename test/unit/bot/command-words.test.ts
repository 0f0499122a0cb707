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

  it("are kept together by the quotation marks of keyboards and of phones", () => {
    for (const team of ['"my team"', "“my team”", "„my team“", "„my team”", "«my team»"])
      expect(commandWords(`!import ${team} --x`), team).to.deep.equal({ name: "import", args: ["my team", "--x"] });
    expect(commandWords('!import ""')).to.deep.equal({ name: "import", args: [""] });
    expect(commandWords("!import 5\" it's")).to.deep.equal({ name: "import", args: ['5"', "it's"] });
  });

  it("say where a quotation mark is not closed", () => {
    expect(commandWords('!import team "my other')).to.deep.equal({
      name: "import",
      args: ["team"],
      unclosed: '"my other',
    });
    for (const open of ["“my", "„my team", "«", '"'])
      expect(commandWords(`!import ${open}`)?.unclosed, open).to.equal(open);
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
