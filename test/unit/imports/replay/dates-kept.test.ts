import { expect } from "chai";
import { ALICE, Conversation } from "../../../support/conversation.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { importInto, importStores } from "../../../support/generations.ts";
import { replayEvents, said, text } from "../../../support/replayed-events.ts";

describe("events with a date", () => {
  const topics = [1, 2].map((ts) =>
    said("m.room.topic", { topic: `${ts}` }, { state_key: "", origin_server_ts: ts, event_id: `$topic${ts}` }),
  );

  it("of state keep their own time, which is named in the report, where the homeserver dates messages only", async () => {
    const events = [...topics, text("hello", {}, { origin_server_ts: 3 })];
    const { sent, originals, ledger } = await replayEvents(events, { behaviours: { ignoresStateDates: true } });
    expect(originals.map(({ ts }) => ts)).to.deep.equal([1, 2, 3]);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts < 10)).to.deep.equal([false, false, true]);
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["state_undated", "$topic1"],
      ["state_undated", "$topic2"],
    ]);
  });

  it("of state are read back once where the homeserver dates it", async () => {
    const { sent, ledger, homeserver } = await replayEvents(topics);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts)).to.deep.equal([1, 2]);
    expect(ledger).to.deep.equal([]);
    expect(homeserver.rooms.size).to.equal(1);
  });

  it("are not imported where the homeserver ignores the dates of messages, and the probe has not seen it", async () => {
    const events = [text("one"), text("two")];
    const ran = replayEvents(events, { behaviours: { ignoresMessageDates: true, ignoresStateDates: true } });
    const error = await ran.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.include({ errcode: "IO.ROOMPORTER.UNDATED" });
    expect((error as Error).message).to.include("the import stopped at its first message");
  });

  it("are not imported by a retry either, which finds the message that has lost its date", async () => {
    const homeserver = new MemoryHomeserver("two.test");
    homeserver.behaviours.ignoresMessageDates = true;
    const talk = new Conversation();
    talk.say(ALICE, "the only message");
    const bundle = await talk.write();
    const { journal } = await importStores();
    for (const words of ["the import stopped at its first message", "import the bundle again"]) {
      const error: unknown = await importInto(homeserver, bundle.file, { journal }).catch((reason: unknown) => reason);
      expect(error).to.include({ errcode: "IO.ROOMPORTER.UNDATED" });
      expect((error as Error).message).to.include(words);
    }
    await bundle.remove();
  });
});
