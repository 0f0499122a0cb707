import { expect } from "chai";
import { convertedFiles, lines, reactions, refusal } from "../../converted.ts";

const line = (date: string, sender: string, body: string, more: object = {}): string =>
  `${JSON.stringify({ date, sender, body: `${body}  `, quote: "", sticker: null, reactions: [], attachments: [], deleted: false, call: false, missed: false, ...more })}\n`;

const file = (name: string): object => ({ name, path: `media/${name}`, missing_kind: null });
const T = "2026-10-25T02:";
const FILES = {
  "Soup/data.json": [
    line(`${T}59:20.001000`, "Mia", "salt and *pepper*"),
    line(`${T}59:21`, "Noor", "same"),
    line(`${T}00:10`, "Mia", "same", { reactions: [["Noor", "👍"], ["Eve"]] }),
    line(`${T}00:20`, "Noor", "yes\nplease", { quote: "\n\n> salt and pepper\n\n" }),
    line(`${T}00:21`, "Noor", "which?", { quote: "> same" }),
    line(`${T}00:22`, "Mia", "", { deleted: true }),
    line(`${T}00:23`, "Mia", "line\n[2026-10-25 02:59:00] Eve: not hers"),
    line(`${T}00:24`, "Mia", "two", {
      attachments: [file("2026-10-25T02-00-24.000_00_a.txt"), file("2026-10-25T02-00-24.000_01_a.txt")],
    }),
    line(`${T}00:25`, "Mia", "Missed voice call", { call: true, missed: true }),
    line(`${T}00:26`, "Mia", "", { sticker: { emoji: "🥄", packId: "p" } }),
    line(`${T}00:27`, "Mia", ""),
    "not json\n",
  ].join(""),
  "Soup/media/2026-10-25T02-00-24.000_00_a.txt": "first",
  "Mia/data.json": line("2026-10-26T10:00:00", "Mia", "psst"),
};
const OPTIONS = ["--channel", "Soup", "--time-zone", "Europe/Berlin"];

describe("what signal-export makes", () => {
  it("keeps its order, replies, reactions, files and what was deleted", async () => {
    const converted = await convertedFiles("signal", FILES, OPTIONS);
    expect(lines(converted)).to.deep.equal([
      "Mia: salt and *pepper*",
      "Noor: same",
      "Mia: same",
      "Noor: yes\nplease",
      "Noor: > same\nwhich?",
      "Mia: —",
      "Mia: line\n[2026-10-25 02:59:00] Eve: not hers",
      "Mia: two",
      "Mia: a.txt",
      "Mia: a.txt",
      "Mia: Missed voice call",
      "Mia: 🥄",
    ]);
    const reply = converted.event("yes\nplease");
    expect(reply.content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: converted.event("salt and *pepper*").event_id },
    });
    expect(new Date(reply.origin_server_ts).toISOString()).to.equal("2026-10-25T01:00:20.000Z");
    expect(reactions(converted)).to.deep.equal(["Noor 👍"]);
    expect([...converted.media.values()].map(String)).to.deep.equal(["first"]);
    expect(converted.ledger).to.deep.equal({
      field_malformed: 1,
      media_not_in_export: 2,
      message_empty: 1,
      message_malformed: 1,
      reaction_time_unknown: 1,
      redactions_unavailable: 1,
      reply_as_quote: 1,
      time_repeated: 1,
      edits_not_in_export: 1,
      people_are_names: 1,
      pins_not_in_export: 1,
      time_zone_given: 1,
    });
  });

  it("needs a conversation and a time zone", async () => {
    expect((await refusal("signal", FILES)).stderr).to.contain("There are: Mia, Soup");
    expect((await refusal("signal", FILES, ["--channel", "Mia"])).stderr).to.contain("--time-zone");
    expect((await refusal("signal", { "data.json": "{}" })).stderr).to.contain("does not look like");
  });
});
