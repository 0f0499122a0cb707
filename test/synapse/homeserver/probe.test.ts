import { expect } from "chai";
import { homeserverAccess } from "../../../src/adapters/homeserver/access.ts";
import { homeserverProbe } from "../../../src/adapters/homeserver/probe/homeserver-probe.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { toldRoom } from "../../contracts/homeserver-probe.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import type { Registration } from "../../support/registration.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";

describe("probe of a real Synapse", () => {
  let synapse: SharedSynapse;
  let proxy: ForwardingServer;
  let service: Service | undefined;
  const calls: string[] = [];
  /** may hold a call back for ever */
  let held: (call: string) => boolean;
  before(async () => {
    synapse = await sharedSynapse();
    proxy = await forwardingServer(synapse.url, async ({ request, forward, response }) => {
      const call = `${request.method} ${request.url?.split("?")[0]}`;
      calls.push(call);
      if (!held(call)) answerWith(response, await forward());
    });
  });
  beforeEach(() => {
    held = () => false;
    calls.length = 0;
  });
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });
  after(() => proxy.close());

  const start = async (registration: Registration, until: "live" | "ready", config: object = {}): Promise<Service> => {
    const { serverName } = synapse;
    return await startService({ synapse: { url: proxy.url, serverName }, registration, until, config: { ...config } });
  };
  /** Rooms that the service's user is in. */
  const joined = async ({ asToken, senderLocalpart }: Registration): Promise<string[]> => {
    const { url, serverName } = synapse;
    const serviceUser = `@${senderLocalpart}:${serverName}`;
    const access = homeserverAccess({ url, serverName, asToken, serviceUser, logger: SILENT });
    return await access.asService(new AbortController().signal).writer.joinedRooms();
  };
  const roomsOfAll = async (adminToken: string): Promise<JsonObject[]> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${synapse.url}/_synapse/admin/v1/rooms?limit=1000`, { headers });
    return ((await answer.json()) as { rooms: JsonObject[] }).rooms;
  };

  it("takes twelve calls at most, and nobody is in its room afterwards", async () => {
    const registration = synapse.takeRegistration();
    const admin = await registerServerAdmin(synapse, unique("root"));
    const { asToken, senderLocalpart } = registration;
    const serviceUser = `@${senderLocalpart}:${synapse.serverName}`;
    const settings = { url: proxy.url, serverName: synapse.serverName, asToken, serviceUser, logger: SILENT };
    const probe = homeserverProbe({
      settings: { ...settings, adminToken: admin.token },
      roomVersions: ["12"],
      clock: { now: () => Date.now() },
    });
    const { signal } = new AbortController();
    const identity = await probe.identify(signal);
    // one more than elsewhere: this Synapse says its version to no other server
    expect(calls.length, calls.join("\n")).to.be.at.most(4);
    calls.length = 0;
    const { capabilities, complete } = await probe.probe(identity, toldRoom(), signal);
    expect(calls.length, calls.join("\n")).to.be.at.most(12);
    expect(complete).to.equal(true);
    const { reasons, ...found } = capabilities;
    expect(found).to.deep.include({
      state_event_ids: true,
      dated_events: true,
      dated_state: true,
      redaction: "dated",
      durable_transactions: true,
      bundled_edits: true,
      page_limit: null,
      admin_api: "synapse",
      media: true,
      forget: true,
    });
    expect(found.upload_limit).to.be.greaterThan(1_000_000);
    expect(reasons).to.have.all.keys("page_limit");
    const rooms = await roomsOfAll(admin.token);
    const own = rooms.filter(({ creator }) => creator === serviceUser);
    expect(own.map(({ joined_members: members, name }) => [members, name])).to.deep.equal([[0, null]]);
    expect(await joined(registration)).to.deep.equal([]);
  });

  it("is made once for a service, shown to admins, and made again on request", async () => {
    const registration = synapse.takeRegistration();
    service = await start(registration, "ready");
    const probes = (): number => calls.filter((call) => call.endsWith("/createRoom")).length;
    expect(probes()).to.equal(1);
    const api = new Api(service, service.adminToken);
    const shown = await api.json("/v1/homeserver");
    expect(shown.body).to.deep.include({
      redaction: "dated",
      durable_transactions: true,
      admin_api: null,
      problems: [],
    });
    await service.stop();
    await service.start();
    expect(probes()).to.equal(1);
    expect((await api.json("/v1/homeserver")).body).to.deep.equal(shown.body);
    const checked = await api.json("/v1/homeserver/check", "POST");
    expect(checked.status).to.equal(200);
    expect(probes()).to.equal(2);
    expect(checked.body["probed_at"]).to.be.greaterThan(Number(shown.body["probed_at"]));
    expect(await joined(registration)).to.deep.equal([]);
  });

  /** Started on the data of one that was killed, and that has left a room. */
  async function expectCleaned(registration: Registration, { dir }: Service): Promise<void> {
    expect(await joined(registration)).to.have.length(1);
    held = () => false;
    service = await startService({ synapse: { url: proxy.url, serverName: synapse.serverName }, registration, dir });
    expect(await joined(registration)).to.deep.equal([]);
  }

  it("leaves the room of one that was killed in the middle", async () => {
    const registration = synapse.takeRegistration();
    held = (call) => call.includes("/send/m.room.message/");
    service = await start(registration, "live");
    await until(() => calls.some(held));
    await service.kill();
    await expectCleaned(registration, service);
  });

  it("leaves the room of one that was killed while it was made, though its id is not known", async () => {
    const registration = synapse.takeRegistration();
    const made = Promise.withResolvers<undefined>();
    const deaf = await forwardingServer(synapse.url, async ({ request, forward, response }) => {
      const answer = await forward();
      if (request.url?.includes("/createRoom")) made.resolve(undefined);
      else answerWith(response, answer);
    });
    const behind = { url: deaf.url, serverName: synapse.serverName };
    service = await startService({ synapse: behind, registration, until: "live" });
    await made.promise;
    await service.kill();
    await deaf.close();
    await expectCleaned(registration, service);
  });

  it("has /ready name the room version that the homeserver does not have, and config check, too", async () => {
    const registration = synapse.takeRegistration();
    service = await start(registration, "live", { import: { room_version: "13" } });
    const { url } = service;
    let missing: { name: string; message: string }[] = [];
    await until(async () => {
      const answer = await fetch(`${url}/ready`);
      ({ missing } = (await answer.json()) as { missing: typeof missing });
      return missing.length === 1 && /no room version/.test(missing[0]?.message ?? "");
    });
    expect(missing[0]?.name).to.equal("configuration");
    expect(missing[0]?.message).to.match(/^import\.room_version: the homeserver has no room version 13, but .*11, 12/);
    const { body } = await new Api(service, service.adminToken).json("/v1/homeserver");
    expect(body["problems"]).to.deep.include.members([
      { key: "import.room_version", message: missing[0]?.message.replace(/^\S+ |; then run.*$/g, "") },
    ]);
    expect(await joined(registration)).to.deep.equal([]);
  });
});
