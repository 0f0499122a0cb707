import { expect } from "chai";
import { z } from "zod";
import { exportArguments } from "../../../src/bot/commands/export.ts";
import { typedArguments, typedValues } from "../../../src/bot/typed-options.ts";
import { Misuse } from "../../../src/bot/command-words.ts";
import { WHOLE_ROOM } from "../../../src/exports/options.ts";
import { flagged, valued } from "../../../src/requests/options/option.ts";

const options = z.strictObject({
  size: flagged(z.enum(["small", "large"]).default("small"), { large: ["large", "more of it"] }),
  index: flagged(z.boolean().optional(), { index: [false, "seen"], "no-index": [true, "not seen"] }),
  long_name: valued(z.number().int().max(9).optional(), "NUMBER", "how many", { name: "name" }),
  items: valued(z.array(z.string()).optional(), "ITEM,…", "which"),
  hidden: valued(z.string().optional(), "TEXT", "not here", { doors: ["cli"] }),
});

describe("options of a command", () => {
  it("are flags, values and the rest", () => {
    const { given, rest } = typedArguments(["a", "--large", "--name=1", "--items", "2,3", "b", "--items=4"], options);
    expect(given).to.deep.equal({ size: "large", long_name: 1, items: ["2", "3", "4"] });
    expect(rest).to.deep.equal(["a", "b"]);
    expect(typedValues(options, {})).to.deep.equal({ size: "small" });
  });

  it("are understood with the dash that phones make of two", () => {
    expect(typedArguments(["—no-index", "–name", "7"], options).given).to.deep.equal({ index: true, long_name: 7 });
  });

  it("are refused where they are unknown, lack their value, or contradict each other", () => {
    const refusals: [string[], string][] = [
      [["--what"], "Unknown option --what. Known: --large, --index, --no-index, --name, --items."],
      [["--hidden", "x"], "Unknown option --hidden."],
      [["--long-name", "1"], "Unknown option --long-name."],
      [["--__proto__"], "Unknown option --__proto__."],
      [["--large=1"], "--large takes no value."],
      [["--name"], "--name needs a value: NUMBER."],
      [["--index", "--no-index"], "--no-index contradicts another option"],
    ];
    for (const [args, message] of refusals)
      expect(() => typedArguments(args, options), args.join(" ")).to.throw(Misuse, message);
    expect(() => typedValues(options, { long_name: 10 })).to.throw(Misuse, "--name: expected at most 9, not 10.");
    expect(() => typedValues(options, { long_name: "x" })).to.throw(Misuse, '--name: expected a number, not "x".');
  });
});

describe("the options of !export", () => {
  it("become dates and the wish for media", () => {
    expect(exportArguments([])).to.deep.equal(WHOLE_ROOM);
    const args = ["--no-media", "--since", "2026-01-02", "--until=2026-02-01T00:00:00+01:00"];
    expect(exportArguments(args)).to.deep.equal({
      ...WHOLE_ROOM,
      media: false,
      since: Date.UTC(2026, 0, 2),
      until: Date.UTC(2026, 0, 31, 23),
    });
  });

  it("become parts of a room", () => {
    const [sha256, sum] = ["a".repeat(64), "b".repeat(64)];
    const args = ["--senders", "@a:x,@b:x", "--thread", "$t", "--since-bundle", `${sha256}.7.${sum}.$e`];
    expect(exportArguments(args)).to.deep.equal({
      ...WHOLE_ROOM,
      senders: ["@a:x", "@b:x"],
      thread: "$t",
      since_bundle: { manifest_sha256: sha256, event_id: "$e", events: 7, ids_sum: sum },
    });
  });

  it("are refused where they make no sense", () => {
    for (const args of [
      ["room"],
      ["--since", "yesterday"],
      ["--senders", "ann"],
      ["--senders", Array.from({ length: 101 }, (_, i) => `@a${i}:x`).join(",")],
      ["--thread", "t"],
      ["--since-bundle", "room.zip"],
      ["--since", "2026-02-30"],
      ["--since", "2026-02-02", "--until", "2026-02-01"],
      ["--since", "2026-02-01", "--since", "2026-02-02"],
    ])
      expect(() => exportArguments(args), args.join(" ")).to.throw(Misuse);
  });
});
