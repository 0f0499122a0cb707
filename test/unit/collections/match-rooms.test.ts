import { expect } from "chai";
import { matchRooms, type ComparableRoom } from "../../../src/collections/match-rooms.ts";

/** `new<old`: the room new that took the place of old; `new=a+b`: that was imported from a and b. */
const rooms = (...texts: string[]): ComparableRoom[] =>
  texts.map((text) => {
    const [, room_id = "", predecessor, homes = ""] = /^(\w+)(?:<(\w+))?(?:=([\w+]+))?$/.exec(text) ?? [];
    return {
      room_id,
      name: null,
      ...(predecessor !== undefined && { predecessor }),
      homes: async () => [room_id, ...homes.split("+").filter((home) => home !== "")],
      withFile: () => Promise.reject(new Error("not read here")),
    };
  });

async function matched(a: ComparableRoom[], b: ComparableRoom[]): Promise<string[]> {
  const ids = (side: readonly ComparableRoom[]): string => side.map(({ room_id }) => room_id).join("+");
  return (await matchRooms(a, b)).map(({ first, second }) => `${ids(first)}:${ids(second)}`);
}

describe("the rooms of two collections", () => {
  it("are the same by their ids", async () => {
    expect(await matched(rooms("a", "b", "c"), rooms("c", "b", "d"))).to.deep.equal(["a:", "b:b", "c:c", ":d"]);
  });

  it("are the same where one was imported from the other, or both from the same", async () => {
    expect(await matched(rooms("a", "b"), rooms("y=b", "x=a"))).to.deep.equal(["a:x", "b:y"]);
    expect(await matched(rooms("x=a"), rooms("a"))).to.deep.equal(["x:a"]);
    expect(await matched(rooms("x=a"), rooms("y=a"))).to.deep.equal(["x:y"]);
  });

  it("are several on one side where an import made one of rooms that took the place of one another", async () => {
    const upgraded = rooms("new<middle", "other", "middle<old", "old");
    expect(await matched(upgraded, rooms("x=new+old+middle", "y=other"))).to.deep.equal([
      "old+middle+new:x",
      "other:y",
    ]);
    expect(await matched(rooms("x=new+old+middle"), upgraded)).to.deep.equal(["x:old+middle+new", ":other"]);
    const linked = rooms("n<m=new", "m<o=middle", "o=old");
    expect(await matched(upgraded, linked)).to.deep.equal(["new:n", "other:", "middle:m", "old:o"]);
    expect(await matched(linked, rooms("x=new+old+middle"))).to.deep.equal(["o+m+n:x"]);
  });

  it("are held against each other one by one where several are of the same, and did not replace each other", async () => {
    expect(await matched(rooms("a"), rooms("x=a", "y=a"))).to.deep.equal(["a:x", ":y"]);
    // the room itself is meant, not what was made of it
    expect(await matched(rooms("a", "x=a"), rooms("a", "x=a"))).to.deep.equal(["a:a", "x:x"]);
    expect(await matched(rooms("a<b", "b<a"), rooms("x=a+b"))).to.deep.equal(["a:x", "b:"]);
  });
});
