import { expect } from "chai";
import { BundleError } from "../../../src/bundle/faults.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { summaryText } from "../../../src/bundle/summary-text.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "./sample.ts";

describe("summarizeBundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => void (directory = await temporaryDirectory()));
  after(() => directory.remove());
  const summary = async (room: SampleRoom) => summarizeBundle(await writeSample(room, directory.path, "a.zip"));

  it("says what is in a bundle", async () => {
    const found = await summary(sampleRoom());
    expect(found.senders).to.deep.equal([
      { user_id: ALICE, display_name: null, foreign: false, events: 6 },
      { user_id: BOB, display_name: null, foreign: false, events: 4 },
      { user_id: CAROL, display_name: null, foreign: true, events: 2 },
    ]);
    expect(found.time_span).to.deep.equal({ first: "2023-11-14T22:13:20.000Z", last: "2023-11-14T22:13:31.000Z" });
    expect(found.counts).to.include({ events: 12, media_files: 1, media_bytes: 18 });
  });

  it("prints it, a line a fact", async () => {
    const room = sampleRoom();
    room.ledger = ["media_gone", "encrypted", "media_gone"].map((code) => ({ code, message: "why" }));
    room.head = (head) => {
      head.room.topic = "two\nlines\u001b[31m\u202e";
      head.coverage = { complete: false, limits: [{ kind: "date_range", since: 0 }, { kind: "media" }] };
    };
    const text = summaryText(await summary(room));
    for (const line of [
      "Room      Tea (group, private, version 12)",
      "Topic     two\ufffdlines\ufffd[31m\ufffd",
      "Source    !tea:acme.test on acme.test",
      "Exported  2026-11-22T10:00:00Z by @alice:acme.test, with roomporter test",
      "Coverage  part: date_range, media",
      "Events    12",
      "          6 m.room.message",
      "          2 by @carol:far.test, foreign",
      "Media     1 file, 18 B",
      "Ledger    3",
      "          2 media_gone",
    ])
      expect(text.split("\n")).to.include(line);
  });

  it("copes with empty rooms, impossible times and many people", async () => {
    const empty = { ...sampleRoom(), events: [], state: [], media: [] };
    expect(summaryText(await summary(empty)))
      .to.contain("Time      (no events)")
      .and.contain("nothing was left out");
    const crowd = {
      ...empty,
      events: Array.from({ length: 13 }, (_, number) => message(number, `@u${number}:acme.test`, {})),
    };
    crowd.events.push(message(20, ALICE, {}, { origin_server_ts: Number.MAX_SAFE_INTEGER }));
    const text = summaryText(await summary(crowd));
    expect(text).to.contain("and 4 more").and.contain("to 9007199254740991 ms");
  });

  it("refuses what is no bundle", async () => {
    const room = sampleRoom();
    room.head = (head) => void (head.room.type = "club" as "group");
    const failed = await summary(room).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(BundleError).with.property("code", "member_shape");
  });
});
