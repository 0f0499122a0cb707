import { expect } from "chai";
import { planSpaceExport } from "../../../../src/exports/space/start-space-export.ts";
import type { ClientEvent } from "../../../../src/matrix/event.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";

const SERVICE = "@service:x";
const ANN = { userId: "@ann:x", accessToken: "@ann:x", admin: false, adminToken: false } as never;

describe("the export of a space with predecessors", () => {
  let at = 0;
  const state = (type: string, content: JsonObject, key = ""): ClientEvent => ({
    ...{ event_id: `$${String(at++)}`, type, content, sender: "@ann:x", origin_server_ts: at, state_key: key },
  });
  const room = (create: JsonObject, ...more: ClientEvent[]): ClientEvent[] => [
    state("m.room.create", create),
    ...[SERVICE, "@ann:x"].map((user) => state("m.room.member", { membership: "join" }, user)),
    ...more,
  ];
  const child = (roomId: string): ClientEvent => state("m.space.child", { via: ["x"] }, roomId);
  const replaced = (by: string): ClientEvent => state("m.room.tombstone", { replacement_room: by });
  const after = (roomId: string): JsonObject => ({ predecessor: { room_id: roomId } });

  async function planned(withPredecessors: boolean): Promise<unknown> {
    const homeserver = new MemoryHomeserver();
    homeserver.addRoom("!space", room({ type: "m.space" }, child("!tea"), child("!chess"), child("!oldchess")));
    homeserver.addRoom("!tea", room(after("!oldtea")));
    homeserver.addRoom("!oldtea", room(after("!claimed"), replaced("!tea")));
    homeserver.addRoom("!claimed", room({}));
    homeserver.addRoom("!chess", room(after("!oldchess")));
    homeserver.addRoom("!oldchess", room({}, replaced("!chess")));
    const rules = {
      ...{ serverName: "x", serviceUser: SERVICE },
      ...{ policies: { get: async () => undefined }, access: { hides: async () => false } },
    };
    const options = { media: true, viewer: false, without_bot: false, with_predecessors: withPredecessors };
    const params = await planSpaceExport({ homeserver: homeserver.access(SERVICE), rules }, "!space", ANN, options);
    return [params["rooms"], params["predecessors"], params["left_out"]];
  }

  it("has those of each room behind the rooms of the space, each once", async () => {
    const rooms = ["!space", "!tea", "!chess", "!oldchess"];
    expect(await planned(true)).to.deep.equal([
      [...rooms, "!oldtea"],
      ["!oldtea"],
      [{ room_id: "!claimed", code: "not_replaced" }],
    ]);
    expect(await planned(false)).to.deep.equal([rooms, [], []]);
  });
});
