import { expect } from "chai";
import { planPredecessors } from "../../../../src/exports/predecessors/plan-predecessors.ts";
import type { ClientEvent } from "../../../../src/matrix/event.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";

const SERVICE = "@service:x";
const ANN = { userId: "@ann:x", admin: false, adminToken: false } as never;

describe("which predecessors are exported", () => {
  let at = 0;
  const state = (type: string, content: JsonObject, key = ""): ClientEvent => ({
    ...{ event_id: `$${String(at++)}`, type, content, sender: "@ann:x", origin_server_ts: at, state_key: key },
  });
  /** A room that replaced `before`, was replaced by `after`, and in which ann is this. */
  const room = (before: string | undefined, after: string | undefined, membership: string): ClientEvent[] => [
    state("m.room.create", before === undefined ? {} : { predecessor: { room_id: before } }),
    state("m.room.member", { membership: "join" }, SERVICE),
    ...(membership === "" ? [] : [state("m.room.member", { membership }, "@ann:x")]),
    ...(after === undefined ? [] : [state("m.room.tombstone", { replacement_room: after })]),
  ];
  async function planned(
    rooms: Record<string, ClientEvent[]>,
    { hidden = [], over = [] }: { hidden?: string[]; over?: string[] } = {},
    caller = ANN,
  ): Promise<unknown[]> {
    const homeserver = new MemoryHomeserver();
    for (const [id, timeline] of Object.entries(rooms)) homeserver.addRoom(id, timeline);
    const rules = {
      serverName: "x",
      serviceUser: SERVICE,
      policies: { get: async (id: string) => (over.includes(id) ? { closed_at: 1, policy: {} } : undefined) },
      access: { hides: async (id: string) => hidden.includes(id) },
    };
    const found = await planPredecessors("!new", caller, homeserver.as(SERVICE), rules as never);
    return [found.rooms, found.leftOut.map(({ room_id, code }) => `${room_id} ${code}`)];
  }

  it("those in which the requester is or was", async () => {
    const rooms = (membership: string): Record<string, ClientEvent[]> => ({
      "!new": room("!old", undefined, "join"),
      "!old": room(undefined, "!new", membership),
    });
    for (const membership of ["join", "leave", "ban"])
      expect(await planned(rooms(membership)), membership).to.deep.equal([["!old"], []]);
    for (const membership of ["", "invite", "knock"])
      expect(await planned(rooms(membership)), membership).to.deep.equal([[], ["!old never_joined"]]);
    const admin = { userId: "admin:x", admin: true, adminToken: true } as never;
    expect(await planned(rooms(""), {}, admin)).to.deep.equal([["!old"], []]);
  });

  it("and of which they may know: one answer for all that they may not", async () => {
    const rooms = { "!new": room("!old", undefined, "join"), "!old": room("!older", "!new", "join") };
    expect(await planned(rooms, { hidden: ["!old"] })).to.deep.equal([[], ["!old never_joined"]]);
    // the service is in no such room, and a claimed one is no different from it
    expect(await planned({ "!new": rooms["!new"] })).to.deep.equal([[], ["!old never_joined"]]);
    const claimed = { ...rooms, "!old": room("!older", "!other", "") };
    expect(await planned(claimed)).to.deep.equal([[], ["!old never_joined"]]);
  });

  it("and nothing before one that is incognito or closed", async () => {
    const rooms = {
      "!new": room("!old", undefined, "join"),
      "!old": room("!older", "!new", "join"),
      "!older": room(undefined, "!old", "join"),
    };
    expect(await planned(rooms)).to.deep.equal([["!old", "!older"], []]);
    expect(await planned(rooms, { over: ["!old"] })).to.deep.equal([["!old"], []]);
    const incognito = [...rooms["!old"], state("io.roomporter.policy", { scope_kind: "incognito" })];
    expect(await planned({ ...rooms, "!old": incognito })).to.deep.equal([["!old"], []]);
  });

  it("fails where the homeserver does not answer", async () => {
    const reader = {
      stateEvent: async () => {
        throw new HomeserverError(502, "M_UNKNOWN", "away");
      },
    };
    const failed: unknown = await planPredecessors("!new", ANN, reader as never, {} as never).catch(
      (error: unknown) => error,
    );
    expect(failed).to.have.property("status", 502);
  });
});
