import { expect } from "chai";
import type { ClientEvent } from "../../../../src/matrix/event.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import type { Plan } from "../../../../src/imports/replay/attempt.ts";
import { sentBefore } from "../../../../src/imports/replay/unfinished.ts";

const dropped = { code: "relation_dropped", message: "" };
const inFile = { code: "content_in_file", message: "" };
const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$new" } } };
const plan: Plan = {
  ts: 0,
  attempts: [
    { type: "m.room.message", content: { body: "whole", ...reply } },
    { type: "m.room.message", content: { body: "whole" }, gaveUp: dropped },
    { type: "m.room.message", content: { body: "cut", ...reply }, file: {}, gaveUp: inFile },
    {
      type: "io.roomporter.event",
      content: { type: "m.room.message" },
      gaveUp: { code: "kept_in_wrapper", message: "" },
    },
  ],
};
const sent = (type: string, content: JsonObject): ClientEvent => ({
  event_id: "$sent",
  type,
  sender: "@porter:a",
  origin_server_ts: 0,
  content,
});

describe("an event that was sent just before a kill", () => {
  const file = { "io.roomporter.origin": { content_uri: "mxc://a/b" } };
  for (const [what, event, codes] of [
    ["whole", sent("m.room.message", { body: "whole", ...reply }), []],
    ["without its relation", sent("m.room.message", { body: "whole" }), ["relation_dropped"]],
    ["cut, with a file", sent("m.room.message", { body: "cut", ...reply, ...file }), ["content_in_file"]],
    ["in a wrapper", sent("io.roomporter.event", { type: "m.room.message" }), ["kept_in_wrapper"]],
  ] as const)
    it(`is reported as it was sent: ${what}`, () => {
      const { newId, ledger } = sentBefore(plan, event);
      expect(newId).to.equal("$sent");
      expect(ledger.map(({ code }) => code)).to.deep.equal(codes);
    });

  it("is known by its id only where it was redacted since", () => {
    expect(sentBefore(plan, "$gone")).to.deep.equal({ newId: "$gone", ledger: [] });
  });

  describe("and that has another time than it was sent with", () => {
    const dated: Plan = { ...plan, ts: 5 };

    it("is refused where it is a message: the homeserver ignores dates", () => {
      const message = sent("m.room.message", { body: "whole", ...reply });
      expect(() => sentBefore(dated, message)).to.throw(/ignores \?ts=.*import the bundle again/);
      expect(sentBefore(dated, { ...message, origin_server_ts: 5 }).newId).to.equal("$sent");
    });

    it("is reported where it is state, and left where it is a redaction", () => {
      const topic: ClientEvent = { ...sent("m.room.topic", { topic: "" }), state_key: "" };
      expect(sentBefore(dated, topic).ledger.map(({ code }) => code)).to.deep.equal(["state_undated"]);
      expect(sentBefore(dated, { ...topic, origin_server_ts: 5 }).ledger).to.deep.equal([]);
      expect(sentBefore(dated, sent("m.room.redaction", {})).ledger).to.deep.equal([]);
    });
  });
});
