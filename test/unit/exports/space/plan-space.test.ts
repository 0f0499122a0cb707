import { expect } from "chai";
import { planSpace, type SpaceView } from "../../../../src/exports/space/plan-space.ts";
import type { HierarchyRoom } from "../../../../src/ports/homeserver/space-reader.ts";

/** A room that lists these; in brackets the order. */
function shown(room_id: string, ...children: string[]): HierarchyRoom {
  return {
    room_id,
    type: children.length > 0 ? "m.space" : null,
    children: children.map((child, at) => {
      const [, id = "", order] = /^(\w+)(?:\((\w+)\))?$/.exec(child) ?? [];
      const content = { via: ["x"], ...(order !== undefined && { order }) };
      return { type: "m.space.child", state_key: id, origin_server_ts: at, content };
    }),
  };
}

const view = (hierarchy: HierarchyRoom[], more: Partial<SpaceView> = {}): SpaceView => ({
  hierarchy,
  isTheirs: true,
  isIn: async () => true,
  serviceIsIn: () => true,
  hides: async () => false,
  ...more,
});

describe("the rooms of a space", () => {
  it("come depth first, by order and then by age, each once, also in a circle", async () => {
    const tree = [shown("top", "late", "b(b)", "a(a)"), shown("a", "deep", "top"), shown("deep"), shown("b", "a")];
    const { rooms, leftOut } = await planSpace("top", view([...tree, shown("late")]));
    expect(rooms).to.deep.equal(["top", "a", "deep", "b", "late"]);
    expect(leftOut).to.deep.equal([]);
  });

  it("are left out where one of the two is not in them, or they are not shown", async () => {
    const tree = [shown("top", "a", "b", "c", "d", "e"), shown("a"), shown("b"), shown("c"), shown("d")];
    const { rooms, leftOut } = await planSpace(
      "top",
      view(tree, {
        isIn: async ({ room_id }) => room_id !== "a",
        serviceIsIn: (roomId) => roomId !== "b" && roomId !== "a",
        hides: async (roomId) => roomId === "c",
      }),
    );
    expect(rooms).to.deep.equal(["top", "d"]);
    expect(leftOut.map(({ room_id, code }) => `${room_id} ${code}`)).to.deep.equal([
      "a not_joined",
      "b service_not_joined",
      "c hidden",
      "e hidden",
    ]);
  });

  it("are not named below a space that the requester may not see", async () => {
    const tree = [shown("top", "secret", "club"), shown("secret", "x"), shown("x"), shown("club", "y"), shown("y")];
    const hides = async (roomId: string): Promise<boolean> => roomId === "secret";
    expect(JSON.stringify(await planSpace("top", view(tree, { hides })))).not.to.contain('"x"');
    const isIn = async ({ room_id, type }: HierarchyRoom): Promise<boolean | undefined> =>
      type === null ? undefined : room_id !== "secret" || undefined;
    const asService = await planSpace("top", view(tree, { isTheirs: false, isIn }));
    expect(asService.rooms).to.deep.equal(["top", "secret", "club", "y"]);
  });

  it("say no more of a room without the service than the requester may know", async () => {
    const tree = [shown("top", "a", "b"), shown("a")];
    const isIn = async ({ room_id }: HierarchyRoom): Promise<boolean | undefined> => room_id === "top" || undefined;
    const { leftOut } = await planSpace(
      "top",
      view(tree, { isTheirs: false, isIn, serviceIsIn: (id) => id === "top" }),
    );
    expect(leftOut.map(({ code }) => code)).to.deep.equal(["not_joined", "not_joined"]);
  });
});
