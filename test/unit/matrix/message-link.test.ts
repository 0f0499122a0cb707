import { expect } from "chai";
import { linkedEventId, redirectLinks, roomLink } from "../../../src/matrix/message-link.ts";

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

describe("a link to a room", () => {
  for (const [uri, room] of [
    ["https://matrix.to/#/!r:acme.org?via=acme.org", "!r:acme.org"],
    ["https://matrix.to/#/%23tea%3Aacme.org", "#tea:acme.org"],
    ["https://matrix.to/#/!r:acme.org/$e", "!r:acme.org"],
    ["matrix:roomid/r:acme.org", "!r:acme.org"],
    ["matrix:r/tea:acme.org/e/e", "#tea:acme.org"],
    ["https://matrix.to/#/@ann:acme.org", undefined],
    ["matrix:u/ann:acme.org", undefined],
  ] as const)
    it(`names in ${uri} ${room ?? "none"}`, () => {
      expect(roomLink(uri)?.room).to.equal(room);
    });

  it("leads to another room in its own form, and to the servers that the new one has", () => {
    const redirect = (text: string): string =>
      redirectLinks(text, ({ room, eventId }) => {
        if (room !== "!r:acme.org" && room !== "#tea:acme.org") return undefined;
        return { roomId: "!new:x", via: "x", ...(eventId === "$e" && { eventId: "$f" }) };
      });
    expect(redirect("see https://matrix.to/#/!r:acme.org/$e?via=acme.org, and matrix:r/tea:acme.org.")).to.equal(
      "see https://matrix.to/#/!new:x/$f?via=x, and matrix:roomid/new:x?via=x.",
    );
    const html = '<a href="https://matrix.to/#/#tea:acme.org/$gone">x</a> https://matrix.to/#/!other:acme.org';
    expect(redirect(html)).to.equal(
      '<a href="https://matrix.to/#/!new:x?via=x">x</a> https://matrix.to/#/!other:acme.org',
    );
  });
});
