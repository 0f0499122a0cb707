import { expect } from "chai";
import { asOneRoom, upgradesOf } from "../../../../src/imports/one-room/upgraded-rooms.ts";
import type { SourceRoom } from "../../../../src/imports/space/space-rooms.ts";

const room = (roomId: string, predecessor?: string, replacement?: string): SourceRoom => ({
  ...{ part: 0, roomId, aliases: [`#${roomId}:x`], joins: [] },
  head: {} as SourceRoom["head"],
  tombstone: replacement === undefined ? undefined : { replacement, body: "" },
  ...(predecessor !== undefined && { predecessor }),
});

describe("the rooms of a collection that took the place of one another", () => {
  it("are found where both say so", () => {
    const rooms = [
      room("new", "middle"),
      room("other"),
      room("middle", "old", "new"),
      room("old", undefined, "middle"),
    ];
    expect(upgradesOf(rooms)).to.deep.equal([["old", "middle", "new"]]);
    expect(upgradesOf([room("new", "old"), room("old")])).to.deep.equal([]);
    expect(upgradesOf([room("new"), room("old", undefined, "new")])).to.deep.equal([]);
    expect(upgradesOf([room("new", "old"), room("old", undefined, "other")])).to.deep.equal([]);
    expect(upgradesOf([room("new", "gone")])).to.deep.equal([]);
  });

  it("stay apart where they go in a circle", () => {
    expect(upgradesOf([room("a", "b", "b"), room("b", "a", "a")])).to.deep.equal([]);
    expect(upgradesOf([room("a", "a", "a")])).to.deep.equal([]);
  });

  it("become one, which has what led to any of them", () => {
    const rooms = [room("new", "middle"), room("middle", "old", "new"), room("old", "gone", "middle"), room("other")];
    const [one, other] = asOneRoom(rooms, upgradesOf(rooms));
    expect(one).to.deep.include({ roomId: "new", predecessor: "gone", aliases: ["#old:x", "#middle:x", "#new:x"] });
    expect(one?.joins.map(({ roomId }) => roomId)).to.deep.equal(["old", "middle"]);
    expect(other?.roomId).to.equal("other");
    expect(asOneRoom(rooms, []).map(({ roomId }) => roomId)).to.deep.equal(["new", "middle", "old", "other"]);
  });
});
