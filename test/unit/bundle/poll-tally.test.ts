import { expect } from "chai";
import type { OriginalEvent } from "../../../src/bundle/original.ts";
import { PollTally } from "../../../src/bundle/poll-tally.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";

function event(sender: string, ts: number, content: JsonObject): OriginalEvent {
  return { bundleId: "$b", eventId: "$e", roomId: "!r", type: "t", sender, ts, content, imported: false };
}

const poll = event("@author:a", 0, {
  "org.matrix.msc3381.poll.start": {
    max_selections: 2,
    answers: ["y", "n", "m"].map((id) => ({ id, "org.matrix.msc1767.text": id })),
  },
});
const vote = (sender: string, ts: number, ...answers: string[]): OriginalEvent =>
  event(sender, ts, { "org.matrix.msc3381.poll.response": { answers } });

function counts(...votes: OriginalEvent[]): Record<string, number> {
  const tally = new PollTally(poll);
  for (const each of votes) tally.respond(each);
  return Object.fromEntries(tally.count());
}

describe("the tally of a poll", () => {
  it("counts each person's last vote", () => {
    expect(counts(vote("@a:a", 1, "y"), vote("@b:a", 1, "n"), vote("@a:a", 2, "n"))).to.deep.equal({
      y: 0,
      n: 2,
      m: 0,
    });
  });

  it("goes by time, not by order", () => {
    expect(counts(vote("@a:a", 5, "y"), vote("@a:a", 2, "n"))).to.include({ y: 1, n: 0 });
  });

  it("takes no more answers than allowed, each once", () => {
    expect(counts(vote("@a:a", 1, "y", "n", "m"))).to.deep.equal({ y: 1, n: 1, m: 0 });
    expect(counts(vote("@a:a", 1, "y", "y"))).to.deep.equal({ y: 1, n: 0, m: 0 });
  });

  it("takes a vote with an unknown answer for none, and an empty one for taken back", () => {
    expect(counts(vote("@a:a", 1, "y"), vote("@a:a", 2, "what"))).to.deep.equal({ y: 0, n: 0, m: 0 });
    expect(counts(vote("@a:a", 1, "y"), vote("@a:a", 2))).to.deep.equal({ y: 0, n: 0, m: 0 });
  });

  it("closes when its author, or somebody with power, ends it", () => {
    const tally = new PollTally(poll);
    tally.respond(vote("@a:a", 1, "y"));
    tally.end(event("@stranger:a", 2, {}), () => false);
    tally.respond(vote("@b:a", 3, "y"));
    tally.end(event("@author:a", 4, {}), () => false);
    tally.respond(vote("@c:a", 5, "y"));
    expect(tally.count().get("y")).to.equal(2);
  });

  it("knows nothing of votes without responses or a count of the poll's own", () => {
    const tally = new PollTally(poll);
    expect(tally.isKnown).to.equal(false);
    tally.respond(vote("@a:a", 1));
    expect(tally.isKnown).to.equal(true);
    const counted = { ...poll.content, "io.roomporter.poll_result": { y: 0, n: 0, m: 0 } };
    expect(new PollTally(event("@author:a", 0, counted)).isKnown).to.equal(true);
    expect(new PollTally(event("@author:a", 0, { ...poll.content, "io.roomporter.poll_result": {} })).isKnown).to.equal(
      false,
    );
  });

  it("is open to all once it has ended, or from the start where it is disclosed", () => {
    const kind = (kind: string): PollTally => {
      const block = poll.content["org.matrix.msc3381.poll.start"] as JsonObject;
      return new PollTally(event("@author:a", 0, { "org.matrix.msc3381.poll.start": { ...block, kind } }));
    };
    for (const name of ["org.matrix.msc3381.poll.disclosed", "m.poll.disclosed", "m.disclosed"])
      expect(kind(name).isOpenToAll, name).to.equal(true);
    const hidden = kind("org.matrix.msc3381.poll.undisclosed");
    expect([hidden.isOpenToAll, new PollTally(poll).isOpenToAll]).to.deep.equal([false, false]);
    hidden.end(event("@author:a", 4, {}), () => false);
    expect(hidden.isOpenToAll).to.equal(true);
  });

  it("goes by its author's latest wording", () => {
    const tally = new PollTally(poll);
    const worded = (sender: string, ts: number, id: string): OriginalEvent => {
      const block = { answers: [{ id, "org.matrix.msc1767.text": id }] };
      return event(sender, ts, { "m.new_content": { "org.matrix.msc3381.poll.start": block } });
    };
    expect(tally.edit(worded("@author:a", 5, "late"))).to.equal(true);
    tally.edit(worded("@author:a", 3, "early"));
    expect(tally.edit(worded("@other:a", 9, "forged"))).to.equal(false);
    expect(tally.answers.map(({ id }) => id)).to.deep.equal(["late"]);
  });

  it("takes over votes that were counted elsewhere, unless somebody votes", () => {
    const result = { y: 2, n: -1, m: "many", other: 3 };
    const tally = new PollTally(event("@author:a", 0, { ...poll.content, "io.roomporter.poll_result": result }));
    expect(Object.fromEntries(tally.count())).to.deep.equal({ y: 2, n: 0, m: 0 });
    tally.respond(vote("@a:a", 1, "n"));
    expect(Object.fromEntries(tally.count())).to.deep.equal({ y: 0, n: 1, m: 0 });
  });

  it("reads the stable spelling too", () => {
    const tally = new PollTally(
      event("@author:a", 0, { "m.poll": { answers: [{ "m.id": "1", "m.text": [{ body: "Soup" }] }] } }),
    );
    tally.respond(event("@a:a", 1, { "m.selections": ["1"] }));
    expect(tally.answers).to.deep.equal([{ id: "1", text: "Soup" }]);
    expect(tally.count().get("1")).to.equal(1);
  });
});
