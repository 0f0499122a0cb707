import { expect } from "chai";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import { Roles } from "../../../src/rooms/roles.ts";
import { RoomMaking } from "../../../src/rooms/room-making.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryUser } from "../../support/fakes/memory-homeserver/user.ts";
import { memoryStores, type MemoryStores } from "../../support/fakes/memory-stores.ts";
import { until } from "../../support/until.ts";

const SERVICE = "@service:x";
const WANTED = { id: "one", owner: "@ann:x", policy: readPolicy({ scope_kind: "incognito" }) };
const FURNISHING = { name: "Tea", topic: undefined, invite: [] };
const TOLD = { door: "http", actor: "@ann:x", on_behalf_of: null } as const;

describe("what looks for interrupted makings of rooms", () => {
  let stores: MemoryStores;
  let service: MemoryUser;
  let making: RoomMaking;
  let time: number;
  beforeEach(() => {
    stores = memoryStores();
    time = 0;
    const homeserver = new MemoryHomeserver();
    homeserver.as("@ann:x");
    service = homeserver.as(SERVICE);
    making = new RoomMaking({
      policies: stores.policies,
      roles: new Roles({ roles: {}, reader: () => service, resolveAlias: async () => undefined }),
      homeserver: homeserver.access(SERVICE),
      serverName: "x",
      roomVersion: "11",
      logger: SILENT,
      signal: new AbortController().signal,
      timer: { monotonic: () => time, sleep: async () => undefined },
    });
  });
  const unmade = async (): Promise<number> => (await stores.policies.unmade()).length;

  it("spares one that is under way, however the clock is set", async () => {
    const create = service.createRoom.bind(service);
    const gate = Promise.withResolvers<undefined>();
    let begun = false;
    service.createRoom = async (options) => {
      begun = true;
      await gate.promise;
      return create(options);
    };
    const made = making.make(WANTED, FURNISHING, TOLD);
    await until(() => begun);
    time = 1e9;
    await making.recover();
    expect(await unmade()).to.equal(1);
    gate.resolve(undefined);
    expect((await made).room.room_id).to.match(/^!/);
    expect(await unmade()).to.equal(0);
  });

  it("gives up one that has failed once the homeserver has had its time, and not before", async () => {
    service.createRoom = () => Promise.reject(new Error("no answer"));
    await making.make(WANTED, FURNISHING, TOLD).catch(() => undefined);
    time = 59_000;
    await making.recover();
    expect(await unmade()).to.equal(1);
    time = 60_000;
    await making.recover();
    expect(await unmade()).to.equal(0);
  });

  it("takes up what an earlier process has begun at once", async () => {
    await stores.policies.begin({ ...WANTED, origin: "created", room_id: null });
    await making.recover();
    expect(await unmade()).to.equal(0);
  });

  it("lets whoever asks again wait for it", async () => {
    await stores.policies.begin({ ...WANTED, origin: "created", room_id: null });
    const [, { room }] = await Promise.all([making.recover(), making.make(WANTED, FURNISHING, TOLD)]);
    expect(await stores.policies.get(room.room_id)).to.include({ id: "one", room_id: room.room_id });
    expect(await unmade()).to.equal(0);
  });
});
