import { expect } from "chai";
import { replayEvents, said, text } from "../../../support/replayed-events.ts";

describe("state with a date", () => {
  const topics = [1, 2].map((ts) =>
    said("m.room.topic", { topic: `${ts}` }, { state_key: "", origin_server_ts: ts, event_id: `$topic${ts}` }),
  );

  it("keeps its own time, which is named in the report, where the homeserver dates messages only", async () => {
    const events = [...topics, text("hello", {}, { origin_server_ts: 3 })];
    const { sent, originals, ledger } = await replayEvents(events, { behaviours: { ignoresStateDates: true } });
    expect(originals.map(({ ts }) => ts)).to.deep.equal([1, 2, 3]);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts < 10)).to.deep.equal([false, false, true]);
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["state_undated", "$topic1"],
      ["state_undated", "$topic2"],
    ]);
  });

  it("is read back once where the homeserver dates it", async () => {
    const { sent, ledger, homeserver } = await replayEvents(topics);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts)).to.deep.equal([1, 2]);
    expect(ledger).to.deep.equal([]);
    expect(homeserver.rooms.size).to.equal(1);
  });
});
