import { expect } from "chai";
import { homeserverProbe } from "../../../../../src/adapters/homeserver/probe/homeserver-probe.ts";
import type { Capabilities } from "../../../../../src/ports/homeserver/capabilities.ts";
import { UnexpectedAnswer } from "../../../../../src/ports/homeserver/homeserver.ts";
import type { HomeserverProbe, Probed } from "../../../../../src/ports/homeserver/homeserver-probe.ts";
import { homeserverProbeContract, toldRoom } from "../../../../contracts/homeserver-probe.ts";
import { SILENT } from "../../../../support/fakes/logger.ts";
import { AS_DENDRITE, SwitchedHomeserver, type Behaviours } from "../../../../support/fakes/switched-homeserver.ts";
import { VirtualTime } from "../../../../support/fakes/virtual-time.ts";
import { PROBE } from "../../../../../src/matrix/names.ts";

const { signal } = new AbortController();

describe("probe of a homeserver", () => {
  let homeserver: SwitchedHomeserver;
  beforeEach(async () => void (homeserver = await SwitchedHomeserver.start()));
  afterEach(() => homeserver.close());

  function probeOf(adminToken?: string, timer = new VirtualTime()): HomeserverProbe {
    const { url, serviceUser, asToken } = homeserver;
    const settings = { url, serviceUser, asToken, serverName: "x", logger: SILENT, adminToken };
    return homeserverProbe({ settings, roomVersions: ["12", "11"], clock: { now: () => 1_800_000_000_000 }, timer });
  }

  /** The homeserver behaves so; calls of the identification do not count. */
  async function probed(behaviours: Partial<Behaviours>, adminToken?: string): Promise<Probed> {
    Object.assign(homeserver.behaviours, behaviours);
    const probe = probeOf(adminToken);
    const identity = await probe.identify(signal);
    homeserver.calls.length = 0;
    return await probe.probe(identity, toldRoom(), signal);
  }

  async function found(behaviours: Partial<Behaviours>, adminToken?: string): Promise<Capabilities> {
    return (await probed(behaviours, adminToken)).capabilities;
  }

  homeserverProbeContract(async () => {
    homeserver.behaviours.adminApi = "synapse";
    return {
      without: probeOf(),
      useful: probeOf(homeserver.adminToken),
      useless: probeOf(homeserver.asToken),
      joined: async () => homeserver.joined,
    };
  });

  it("finds all that a new Synapse does", async () => {
    const { reasons, ...capabilities } = await found({ adminApi: "synapse" }, homeserver.adminToken);
    expect(capabilities).to.deep.include({
      state_event_ids: true,
      dated_events: true,
      dated_state: true,
      redaction: "dated",
      durable_transactions: true,
      bundled_edits: true,
      page_limit: null,
      upload_limit: 50_000_000,
      admin_api: "synapse",
      media: true,
      forget: true,
    });
    expect(reasons).to.have.all.keys("page_limit");
    expect(homeserver.calls.length, homeserver.calls.join("\n")).to.be.at.most(12);
  });

  it("finds what Dendrite does otherwise, in as many calls, and has nothing purged", async () => {
    const admin = { ...AS_DENDRITE, adminApi: "dendrite" } as const;
    const { reasons, ...capabilities } = await found(admin, homeserver.adminToken);
    expect(capabilities).to.deep.include({
      redaction: "undated",
      durable_transactions: false,
      bundled_edits: null,
      page_limit: 100,
      admin_api: "dendrite",
      media: true,
    });
    expect(reasons["bundled_edits"]).to.match(/not tried/);
    expect(reasons["redaction"]).to.match(/takes a dated redaction .* and does nothing/);
    expect(homeserver.calls.length, homeserver.calls.join("\n")).to.be.at.most(12);
    expect(homeserver.calls.filter((call) => call.includes("purge"))).to.deep.equal([]);
    expect([...homeserver.rooms.values()].map(({ state }) => state)).to.deep.equal(["forgotten"]);
    homeserver.calls.length = 0;
    expect(await found(AS_DENDRITE)).to.include({ redaction: "undated", admin_api: null, forget: true });
    expect(homeserver.calls.length, homeserver.calls.join("\n")).to.be.at.most(12);
  });

  const SWITCHES: readonly [Partial<Behaviours>, Partial<Capabilities>, keyof Capabilities, RegExp][] = [
    [{ stateEventIds: false }, { state_event_ids: false }, "state_event_ids", /no event_id/],
    [{ datedEvents: false }, { dated_events: false, redaction: "undated" }, "dated_events", /ignores \?ts=/],
    [{ datedState: false }, { dated_state: false }, "dated_state", /ignores \?ts=/],
    [{ sentRedactions: "error" }, { redaction: "undated" }, "redaction", /PUT …\/redact is used/],
    [{ sentRedactions: false, plainRedactions: false }, { redaction: "none" }, "redaction", /no effect/],
    [{ devices: false }, { durable_transactions: false }, "durable_transactions", /makes no device/],
    [{ bundledEdits: false }, { bundled_edits: false }, "bundled_edits", /without its edit/],
    [{ media: false }, { media: false, upload_limit: null }, "media", /does not lead to the part .* serves media/],
    [{ forget: false }, { forget: false }, "forget", /does not lead to the part .* serves \/forget/],
    [{ uploadLimit: null }, { upload_limit: null, media: true }, "upload_limit", /names no limit/],
  ];
  for (const [behaviour, expected, name, reason] of SWITCHES)
    it(`finds ${JSON.stringify(behaviour)}, says why, and leaves no room`, async () => {
      const { capabilities, complete } = await probed(behaviour);
      expect(capabilities).to.deep.include(expected);
      expect(capabilities.reasons[name]).to.match(reason);
      expect(complete).to.equal(true);
      expect(homeserver.joined).to.deep.equal([]);
    });

  it("waits for what is written and cannot be read yet", async () => {
    expect(await found({ ...AS_DENDRITE, lag: 2 })).to.include({ dated_events: true, redaction: "undated" });
    expect(homeserver.calls.filter((call) => call.endsWith("/messages"))).to.have.length(3);
  });

  it("names the endpoint that answers without what it should answer", async () => {
    homeserver.before = (call) =>
      call.includes("/send/m.room.message/") || call.endsWith("/versions") ? 200 : undefined;
    const error: unknown = await probeOf()
      .identify(signal)
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnexpectedAnswer).with.property("endpoint", "GET /_matrix/client/versions");
    homeserver.before = (call) => (call.includes("/send/m.room.message/") ? 200 : undefined);
    const { reasons } = await found({});
    expect(reasons["dated_events"]).to.include("expected a string event_id");
  });

  it("says which admin token is of no use, and why", async () => {
    const reason = async (token: string, adminApi: Behaviours["adminApi"]): Promise<string | undefined> => {
      const capabilities = await found({ adminApi }, token);
      expect(capabilities.admin_api).to.equal("none");
      return capabilities.reasons["admin_api"];
    };
    expect(await reason("other", "synapse")).to.match(/does not know this token/);
    expect(await reason(homeserver.asToken, "synapse")).to.match(/not the token of a server administrator/);
    expect(await reason(homeserver.adminToken, "none")).to.match(
      /does not lead to the part .* remove homeserver\.admin_token/,
    );
    homeserver.behaviours.software = "Dendrite 0.15.2";
    expect(await reason(homeserver.asToken, "dendrite")).to.match(/not the token of a server administrator/);
    expect(homeserver.rooms.values().every(({ state }) => state === "forgotten")).to.equal(true);
  });

  it("makes its room in the first of the configured versions that the homeserver has", async () => {
    const version = async (roomVersions: string[]): Promise<unknown> => {
      await probed({ roomVersions });
      return [...homeserver.rooms.values()].at(-1)?.events[0]?.content["room_version"];
    };
    expect(await version(["11", "12", "13"])).to.equal("12");
    expect(await version(["9", "11"])).to.equal("11");
    expect(await version(["9", "10"])).to.equal("10");
  });

  const FAILING: readonly [call: string, unknown: keyof Capabilities | undefined][] = [
    ["PUT /_matrix/client/v3/devices/", "durable_transactions"],
    ["GET /_matrix/client/v1/media/config", "media"],
    ["GET /_synapse/admin/v1/rooms", "admin_api"],
    ["POST /_matrix/client/v3/createRoom", "redaction"],
    ["PUT /state/m.room.topic/", "dated_state"],
    ["PUT /send/m.room.message/", "dated_events"],
    // its answer is lost, and it has taken effect all the same
    ["PUT /send/m.room.redaction/", undefined],
    ["GET /state/m.room.topic/", "state_event_ids"],
    ["GET /messages", "bundled_edits"],
    ["POST /leave", "forget"],
    ["POST /forget", "forget"],
  ];
  for (const [failing, unknown] of FAILING)
    for (const how of [500, 502, "cut"] as const)
      it(`takes ${failing} that ends with ${how} for a capability that is unknown, and leaves the room all the same`, async () => {
        homeserver.before = (call) =>
          call.replace(/\/_matrix\/client\/v3\/rooms\/[^/]+/, "").startsWith(failing) ? how : undefined;
        const { capabilities, complete } = await probed({ adminApi: "synapse" }, homeserver.adminToken);
        expect(complete).to.equal(how === 500);
        if (unknown) {
          expect(capabilities[unknown]).to.equal(null);
          expect(capabilities.reasons[unknown]).to.include(how === "cut" ? "no answer" : `HTTP ${how}`);
        } else expect(capabilities.redaction).to.equal("dated");
        // whether there is a room whose making was not answered, the next probe finds out
        expect(homeserver.joined).to.have.length(failing.endsWith("createRoom") ? 1 : 0);
      });

  it("leaves its room where it is broken off in the middle, and ends with the signal's reason", async () => {
    const probe = probeOf();
    const identity = await probe.identify(signal);
    const stopping = new AbortController();
    homeserver.before = (call) => {
      if (call.includes("/state/m.room.topic")) stopping.abort(new Error("stopped"));
      return undefined;
    };
    const room = toldRoom();
    const error: unknown = await probe.probe(identity, room, stopping.signal).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("message", "stopped");
    expect(room.told).to.deep.equal(["begin", "made", "gone"]);
    expect([...homeserver.rooms.values()].map(({ state }) => state)).to.deep.equal(["forgotten"]);
  });

  it("finds rooms that interrupted probes have left by their mark, and leaves others alone, also such with somebody else's mark", async () => {
    const left = [homeserver.addRoom({ [PROBE]: true }), homeserver.addRoom({ [PROBE]: true })];
    const others = [homeserver.addRoom(), homeserver.addRoom({ [PROBE]: true }, "@mallory:x")];
    await probeOf().cleanUp(null, signal);
    expect(homeserver.joined).to.deep.equal(others);
    expect(left.map((id) => homeserver.rooms.get(id)?.state)).to.deep.equal(["forgotten", "forgotten"]);
    const known = homeserver.addRoom({ [PROBE]: true });
    await probeOf().cleanUp(known, signal);
    expect(homeserver.rooms.get(known)?.state).to.equal("forgotten");
  });
});
