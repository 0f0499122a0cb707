import { expect } from "chai";
import { exportOptions } from "../../../src/bot/commands/export.ts";
import { commandWords, Misuse, optionsOf } from "../../../src/bot/words.ts";

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
    const started = performance.now();
    commandWords("> ".repeat(30_000) + "x", true);
    commandWords("!export " + " ".repeat(60_000) + '"', false);
    expect(performance.now() - started).to.be.below(500);
  });
});

describe("options of a command", () => {
  it("are flags, values and the rest", () => {
    const { flags, values, rest } = optionsOf(["a", "--x", "--y=1", "--z", "2", "b"], ["x"], ["y", "z"]);
    expect([...flags]).to.deep.equal(["x"]);
    expect([...values]).to.deep.equal([
      ["y", "1"],
      ["z", "2"],
    ]);
    expect(rest).to.deep.equal(["a", "b"]);
  });

  it("are understood with the dash that phones make of two", () => {
    expect([...optionsOf(["—no-media"], ["no-media"], []).flags]).to.deep.equal(["no-media"]);
  });

  it("are refused where they are unknown or lack their value", () => {
    expect(() => optionsOf(["--what"], ["x"], [])).to.throw(Misuse);
    expect(() => optionsOf(["--x=1"], ["x"], [])).to.throw(Misuse);
    expect(() => optionsOf(["--since"], [], ["since"])).to.throw(Misuse, "--since needs a value");
  });
});

describe("the options of !export", () => {
  it("become dates and the wish for media", () => {
    expect(exportOptions([])).to.deep.equal({ media: true });
    expect(exportOptions(["--no-media", "--since", "2026-01-02", "--until=2026-02-01T00:00:00+01:00"])).to.deep.equal({
      media: false,
      since: Date.UTC(2026, 0, 2),
      until: Date.UTC(2026, 0, 31, 23),
    });
  });

  it("become parts of a room", () => {
    const [sha256, sum] = ["a".repeat(64), "b".repeat(64)];
    const args = ["--senders", "@a:x,@b:x", "--thread", "$t", "--since-bundle", `${sha256}.7.${sum}.$e`];
    expect(exportOptions(args)).to.deep.equal({
      media: true,
      senders: ["@a:x", "@b:x"],
      thread: "$t",
      sinceBundle: { manifest_sha256: sha256, event_id: "$e", events: 7, ids_sum: sum },
    });
  });

  it("are refused where they make no sense", () => {
    for (const args of [
      ["room"],
      ["--since", "yesterday"],
      ["--senders", "ann"],
      ["--thread", "t"],
      ["--since-bundle", "room.zip"],
      ["--since", "2026-02-30"],
      ["--since", "2026-02-02", "--until", "2026-02-01"],
    ])
      expect(() => exportOptions(args), args.join(" ")).to.throw(Misuse);
  });
});
