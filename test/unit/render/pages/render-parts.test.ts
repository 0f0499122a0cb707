import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { renderFolder } from "../../../../src/render/render.ts";
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

const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
const relating = (rel_type: string, number: number, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { rel_type, event_id: `$event-${number}`, ...more },
});
const edit = (number: number, body: string): JsonObject =>
  text(`* ${body}`, { "m.new_content": text(body), ...relating("m.replace", number) });

/** The one page of the sample conversation with these events at its end. */
async function page(events: SampleRoom["events"]): Promise<string> {
  const directory = await temporaryDirectory();
  try {
    const room = sampleRoom();
    room.events.push(...events);
    const bundle = await openBundle(await writeSample(room, directory.path, "room.zip"));
    await renderFolder(bundle, join(directory.path, "out")).finally(() => bundle.close());
    return await readFile(join(directory.path, "out", "index.html"), "utf8");
  } finally {
    await directory.remove();
  }
}

describe("a rendered conversation", () => {
  it("shows at a message what belongs to it, also where that came first", async () => {
    const redactedBy = message(53, ALICE, { redacts: "$event-54" }, { type: "m.room.redaction" });
    const html = await page([
      message(50, ALICE, edit(60, "the new wording")),
      message(51, BOB, relating("m.annotation", 60, { key: "KEY" }), { type: "m.reaction" }),
      message(52, BOB, edit(60, "not his to change")),
      redactedBy,
      message(54, ALICE, {}, { unsigned: { redacted_because: { ...redactedBy } as unknown as JsonObject } }),
      message(60, ALICE, text("the first wording")),
      message(61, BOB, text("last")),
    ]);
    const said = html.split("Message removed").at(-1) ?? "";
    expect(said.indexOf("the new wording")).to.be.within(0, said.indexOf("Before that:"));
    expect(said.indexOf("the first wording")).to.be.greaterThan(said.indexOf("Before that:"));
    expect(said).to.match(/KEY.*<span class="count">1</);
    expect(html.match(/the new wording/g)).to.have.length(1);
    expect(html).to.include("tried to change a message that was not theirs");
  });

  it("claims no number of votes of a poll whose votes are not in the bundle", async () => {
    const type = "org.matrix.msc3381.poll.start";
    const answers = [{ id: "t", "org.matrix.msc1767.text": "Tea" }];
    const poll = { [type]: { question: { "org.matrix.msc1767.text": "What?" }, answers } };
    const html = await page([message(50, ALICE, poll, { type })]);
    expect(html)
      .to.contain('<span class="answer">Tea</span></li>')
      .and.not.match(/\d votes?\b/);
    expect(html).to.contain("Not closed; its votes are not in this bundle");
  });

  it("holds no more earlier wordings of a message than a page can", async () => {
    const edits = Array.from({ length: 12 }, (_, index) =>
      message(71 + index, ALICE, edit(70, `${index} ${"x".repeat(50_000)}`)),
    );
    const html = await page([message(70, ALICE, text("first")), ...edits]);
    expect(html).to.include("Edited 12 times").and.include("and 8 more");
    expect(html).to.include(`11 ${"x".repeat(100)}`);
  });
});
