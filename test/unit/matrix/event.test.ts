import { expect } from "chai";
import { parseClientEvent, redactionTarget } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";

describe("what a redaction takes back", () => {
  const target = (redaction: JsonObject): string | undefined => {
    const event = parseClientEvent({ event_id: "$r", type: "m.room.redaction", sender: "@a:b", ...redaction });
    return event && redactionTarget(event);
  };

  it("stands beside its content before room version 11, whatever its content says", () => {
    expect(target({ redacts: "$real", content: { redacts: "$said" } })).to.equal("$real");
    expect(target({ redacts: "$real", content: {} })).to.equal("$real");
  });

  it("stands in its content from room version 11 on", () => {
    expect(target({ content: { redacts: "$real" } })).to.equal("$real");
    expect(target({ content: { redacts: 7 } })).to.equal(undefined);
  });

  it("is kept once where a homeserver says it in both places", () => {
    const both = { redacts: "$real", content: { redacts: "$real" } };
    const event = parseClientEvent({ event_id: "$r", type: "m.room.redaction", sender: "@a:b", ...both });
    expect(event).not.to.have.property("redacts");
  });
});
