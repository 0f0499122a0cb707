import { expect } from "chai";
import { ProbeEvents } from "../../../src/appservice/probe-events.ts";
import { PROBE } from "../../../src/matrix/names.ts";

const create = (room_id: string, sender: string) => ({
  type: "m.room.create",
  state_key: "",
  room_id,
  sender,
  content: { [PROBE]: true },
});

describe("events of the service's own probes", () => {
  it("are taken out, also those that come in later transactions", () => {
    const events = new ProbeEvents("@service:x");
    const said = { type: "m.room.message", room_id: "!probe:x", sender: "@service:x", content: {} };
    const other = { ...said, room_id: "!tea:x" };
    expect(events.without([said])).to.deep.equal([said]);
    expect(events.without([other, create("!probe:x", "@service:x"), said])).to.deep.equal([other]);
    expect(events.without([said, other, "no event", null])).to.deep.equal([other, "no event", null]);
  });

  it("stay where somebody else has put the mark into their room", () => {
    const events = new ProbeEvents("@service:x");
    const hidden = create("!hidden:x", "@mallory:x");
    expect(events.without([hidden])).to.deep.equal([hidden]);
  });
});
