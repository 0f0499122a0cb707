import { expect } from "chai";
import { linkedEventId } from "../../../src/matrix/message-link.ts";

describe("a link to a message", () => {
  for (const [uri, id] of [
    ["https://matrix.to/#/!r:acme.org/$e?via=acme.org", "$e"],
    ["https://matrix.to/#/%21r%3Aacme.org/%24e%3Aacme.org?via=acme.org", "$e:acme.org"],
    ["https://matrix.to/#/#tea:acme.org/$e", "$e"],
    ["matrix:roomid/r:acme.org/e/e?via=acme.org", "$e"],
    ["matrix:r/tea:acme.org/event/e%3Aacme.org", "$e:acme.org"],
    ["https://matrix.to/#/!r:acme.org", undefined],
    ["https://matrix.to/#/@ann:acme.org", undefined],
    ["https://matrix.to.evil.example/#/!r:acme.org/$e", undefined],
    ["https://matrix.to/#/!r:acme.org/$e%", "$e%"],
    ["matrix:u/ann:acme.org", undefined],
    ["javascript:https://matrix.to/#/!r:a/$e", undefined],
  ] as const)
    it(`names in ${uri} ${id ?? "none"}`, () => {
      expect(linkedEventId(uri)).to.equal(id);
    });
});
