import { expect } from "chai";
import { creationOrder, parentsOf, type SourceRoom } from "../../../../src/imports/space/space-rooms.ts";

const room = (roomId: string, children: string[] = [], predecessor?: string): SourceRoom => ({
  ...{ part: 0, roomId, aliases: [], tombstone: undefined, joins: [] },
  head: { room: {}, source: {}, exported_at: "" } as unknown as SourceRoom["head"],
  children: children.map((room_id) => ({ room_id, order: null, suggested: false, via: ["x"] })),
  ...(predecessor !== undefined && { predecessor }),
});

describe("the rooms of a collection", () => {
  it("belong to the first space that lists them, and spaces that list each other to one of them", () => {
    const parents = parentsOf([room("top", ["club", "tea"]), room("club", ["tea", "top", "gone"]), room("tea")]);
    expect([...parents]).to.deep.equal([
      ["club", "top"],
      ["tea", "top"],
    ]);
    expect([...parentsOf([room("a", ["a", "b"]), room("b", ["a"])])]).to.deep.equal([["b", "a"]]);
  });

  it("are made after their space and after the room that they replace", () => {
    const rooms = [room("new", [], "middle"), room("middle", [], "old"), room("old"), room("top", ["new", "old"])];
    const order = creationOrder(rooms, parentsOf(rooms)).map(({ roomId }) => roomId);
    expect(order).to.have.members(["new", "middle", "old", "top"]);
    const at = (roomId: string): number => order.indexOf(roomId);
    expect([at("top") < at("old"), at("old") < at("middle"), at("middle") < at("new")]).to.deep.equal([
      true,
      true,
      true,
    ]);
  });

  it("are made each once where they go in a circle", () => {
    const rooms = [room("a", [], "b"), room("b", [], "a"), room("c", ["a", "b"], "c")];
    const order = creationOrder(rooms, parentsOf(rooms)).map(({ roomId }) => roomId);
    expect(order.toSorted()).to.deep.equal(["a", "b", "c"]);
  });
});
