import { expect } from "chai";
import { admitImport } from "../../../src/imports/admit-import.ts";
import { UNKNOWN_CAPABILITIES } from "../../../src/ports/homeserver/capabilities.ts";
import type { RunOperation } from "../../../src/requests/operation.ts";
import type { Caller } from "../../../src/requests/requester.ts";

const ann: Caller = { userId: "@ann:here", adminToken: false, door: "http", admin: false };

/** The admission of uploads where the homeserver was seen to give messages their dates, or not; null: not seen yet. */
function admission(dated_events: boolean | null): { admit: ReturnType<typeof admitImport>; taken: () => number } {
  let taken = 0;
  const operate: RunOperation = (_entry, _requester, act) => act({ caller: ann, record: async () => undefined });
  const parts = {
    operate,
    capabilities: async () => ({ ...UNKNOWN_CAPABILITIES, dated_events }),
    control: { get: async () => ({ id: "job" }) },
    store: { unfinished: async () => 0 },
    jobAccess: { atMost: () => 1 },
    homeserver: { account: async () => ({}), asService: () => ({ reader: { userId: "@porter:here" } }) },
    serverName: "here",
    hourly: { rooms: { requireLeft: async () => undefined } },
    userStorage: { requireRoom: async () => undefined },
    uploads: { take: () => ({ [Symbol.dispose]: () => undefined, place: ++taken }) },
  };
  return { admit: admitImport(parts as unknown as Parameters<typeof admitImport>[0]), taken: () => taken };
}

describe("whether an upload for an import is let in", () => {
  it("it is not, and has no place, where the homeserver was seen to ignore the dates of messages", async () => {
    const { admit, taken } = admission(false);
    const error: unknown = await admit(ann, 10).catch((reason: unknown) => reason);
    expect(error).to.include({ errcode: "IO.ROOMPORTER.UNDATED" });
    expect((error as Error).message).to.include("nothing was imported");
    expect(taken()).to.equal(0);
  });

  for (const dated of [true, null])
    it(`it is where that is ${dated === null ? "not known yet" : "not so"}`, async () => {
      const { admit, taken } = admission(dated);
      using place = await admit(ann, 10);
      expect(place.known).to.equal(undefined);
      expect(taken()).to.equal(1);
    });

  it("a request that has its job already is told so, whatever the homeserver does now", async () => {
    const { admit } = admission(false);
    using place = await admit(ann, 0, "again");
    expect(place.known).to.include({ id: "job" });
  });
});
