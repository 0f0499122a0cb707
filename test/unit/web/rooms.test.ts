import { expect } from "chai";
import { eventIdIn } from "../../../web/rooms/event-id.ts";
import { allNodes, below, roomTree, withChildren, type RoomNode } from "../../../web/rooms/room-tree.ts";
import type { Room } from "../../../web/service/shapes.ts";

const room = (room_id: string, children?: string[]): Room => ({
  ...{ room_id, name: room_id, alias: null, members: 1, encrypted: false, heroes: [] },
  ...{ avatar_url: null, last_event_at: null, type: children ? "m.space" : null, children: children ?? [] },
});
const shape = ({ room: { room_id }, children }: RoomNode): unknown =>
  children.length === 0 ? room_id : [room_id, ...children.map(shape)];

describe("rooms to choose from on the web page", () => {
  it("stand once each: below the first space that lists them, spaces first; nothing is lost in a circle of spaces", () => {
    const rooms = [
      room("alone"),
      room("outer", ["inner", "tea", "unknown"]),
      room("inner", ["tea", "attic", "outer", "inner"]),
      room("other", ["attic"]),
      room("tea"),
      room("attic"),
    ];
    const tree = roomTree(rooms);
    expect(tree.map(shape)).to.deep.equal([["outer", ["inner", "attic"], "tea"], "other", "alone"]);
    expect(allNodes(tree).map((node) => node.room.room_id)).to.have.members(rooms.map(({ room_id }) => room_id));
  });

  it("are chosen and given up together with their space", () => {
    const tree = roomTree([room("outer", ["tea", "inner"]), room("inner", ["attic"]), room("tea"), room("attic")]);
    const nodes = new Map(allNodes(tree).map((node) => [node.room.room_id, node]));
    const chosen = withChildren(new Set(), new Set(["outer"]), nodes);
    expect([...chosen]).to.have.members(["outer", "tea", "inner", "attic"]);
    const without = withChildren(chosen, new Set([...chosen].filter((id) => id !== "inner")), nodes);
    expect([...without]).to.have.members(["outer", "tea"]);
    expect(below(nodes.get("inner") ?? { room: room(""), children: [] })).to.deep.equal(["attic"]);
  });
});

describe("the id of an event", () => {
  it("is found in every link that clients make, and nowhere else", () => {
    for (const text of [
      "$abc-_1",
      "https://matrix.to/#/!r:example.org/$abc-_1?via=example.org",
      "https://matrix.to/#/%21r%3Aexample.org/%24abc-_1?via=example.org",
      "matrix:roomid/r:example.org/e/abc-_1?via=example.org",
    ])
      expect(eventIdIn(text), text).to.equal("$abc-_1");
    for (const text of ["", "hello", "https://matrix.to/#/!r:example.org", "%E0%A4%A"])
      expect(eventIdIn(text), text).to.equal(undefined);
  });
});
