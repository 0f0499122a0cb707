import { expect } from "chai";
import { walkPredecessors, type RoomLinks } from "../../../../src/exports/predecessors/walk-predecessors.ts";

/** The rooms, by what each says came before and after it. */
const walk = (
  rooms: Record<string, [predecessor?: string, replacement?: string, ends?: boolean]>,
): ReturnType<typeof walkPredecessors> =>
  walkPredecessors("new", async (id): Promise<RoomLinks | undefined> => {
    const found = rooms[id];
    return found && { predecessor: found[0], replacement: found[1], ends: found[2] ?? false };
  });

describe("the predecessors of a room", () => {
  it("are followed to the first, the latest first", async () => {
    const found = await walk({ new: ["middle"], middle: ["old", "new"], old: [undefined, "middle"] });
    expect(found).to.deep.equal({ rooms: ["middle", "old"], leftOut: [] });
  });

  it("end where they go in a circle", async () => {
    const found = await walk({ new: ["old", "old"], old: ["new", "new"] });
    expect(found).to.deep.equal({ rooms: ["old"], leftOut: [] });
    expect(await walk({ new: ["new", "new"] })).to.deep.equal({ rooms: [], leftOut: [] });
  });

  it("are listed and not followed where they do not say that they were replaced by that room", async () => {
    const not = (id: string): object => ({ rooms: [], leftOut: [{ room_id: id, code: "not_replaced" }] });
    expect(await walk({ new: ["claimed"], claimed: ["older"] })).to.deep.equal(not("claimed"));
    expect(await walk({ new: ["claimed"], claimed: ["older", "other"] })).to.deep.equal(not("claimed"));
  });

  it("are listed where they cannot be read", async () => {
    expect(await walk({ new: ["old"] })).to.deep.equal({
      rooms: [],
      leftOut: [{ room_id: "old", code: "never_joined" }],
    });
  });

  it("say nothing of what lies before a room that is secret", async () => {
    const found = await walk({ new: ["secret"], secret: ["old", "new", true], old: [undefined, "secret"] });
    expect(found).to.deep.equal({ rooms: ["secret"], leftOut: [] });
  });

  it("are at most a hundred", async () => {
    const found = await walkPredecessors("0", async (id) => ({
      predecessor: String(Number(id) + 1),
      replacement: String(Number(id) - 1),
      ends: false,
    }));
    expect(found.rooms).to.have.length(100);
    expect(found.leftOut).to.deep.equal([{ room_id: "101", code: "too_many_predecessors" }]);
  });
});
