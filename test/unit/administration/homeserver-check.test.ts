import { expect } from "chai";
import { HomeserverCheck, type HomeserverCheckParts } from "../../../src/administration/homeserver-check.ts";
import { homeserverProbe } from "../../../src/adapters/homeserver/probe/homeserver-probe.ts";
import { capabilityStore } from "../../../src/adapters/database/stores/capability-store.ts";
import type { CapabilityStore } from "../../../src/ports/homeserver/capability-store.ts";
import { PROBE } from "../../../src/matrix/names.ts";
import { keptLog } from "../../support/fakes/logger.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { SwitchedHomeserver } from "../../support/fakes/switched-homeserver.ts";
import type { Timer } from "../../../src/ports/timer.ts";
import { until } from "../../support/until.ts";

const DEMANDS = { importVersion: "12", roomsVersion: "12", purges: false, adminToken: false };

interface HeldTime extends Timer {
  slept: number[];
  /** of its monotonic clock, milliseconds */
  now: number;
  /** All who sleep wake up. */
  pass(): void;
}

/** A time that stands still until the test lets it pass. */
function heldTime(): HeldTime {
  const slept: number[] = [];
  const over: (() => void)[] = [];
  return {
    slept,
    now: 0,
    pass: () => over.splice(0).forEach((wake) => wake()),
    monotonic() {
      return this.now;
    },
    async sleep(milliseconds, signal) {
      slept.push(milliseconds);
      await new Promise<void>((resolve, reject) => {
        over.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
    },
  };
}

describe("check of the homeserver", () => {
  let homeserver: SwitchedHomeserver;
  let store: CapabilityStore;
  let stopping: AbortController;
  let running: Promise<unknown>[];
  const log = keptLog();
  beforeEach(async () => {
    homeserver = await SwitchedHomeserver.start();
    store = capabilityStore((await memoryStores().database()).kysely);
    stopping = new AbortController();
    running = [];
    log.lines.length = 0;
  });
  afterEach(async () => {
    stopping.abort();
    await Promise.all(running);
    await homeserver.close();
  });

  /** A process of the service: the last one's check goes on beside it. */
  function start(parts: Partial<HomeserverCheckParts> = {}, timer = heldTime()): HomeserverCheck & { time: HeldTime } {
    const { url, serviceUser, asToken } = homeserver;
    const settings = { url, serviceUser, asToken, serverName: "x", logger: log.logger };
    const check = new HomeserverCheck({
      probe: homeserverProbe({ settings, roomVersions: ["12"], clock: { now: () => 0 } }),
      store,
      demands: DEMANDS,
      asked: "",
      signal: stopping.signal,
      clock: { now: () => 7 },
      logger: log.logger,
      timer,
      ...parts,
    });
    running.push(check.keepChecking().catch(() => undefined));
    return Object.assign(check, { time: timer });
  }

  const probes = (): number => homeserver.calls.filter((call) => call.endsWith("/createRoom")).length;
  const settled = ({ time }: { time: HeldTime }, times = 1): Promise<unknown> =>
    until(() => time.slept.length >= times);
  const readiness = (check: HomeserverCheck): Promise<string> =>
    check.checkDemands().then(
      () => "ready",
      (error: unknown) => (error as Error).message,
    );

  it("probes at the first start, keeps what it found, and only asks who the homeserver is at the next one", async () => {
    const first = start();
    expect(await readiness(first)).to.match(/is not known yet/);
    await settled(first);
    expect(await readiness(first)).to.equal("ready");
    expect(await first.report()).to.include({ software: "Synapse 1.999.0", redaction: "dated", probed_at: 7 });
    expect(probes()).to.equal(1);
    const before = homeserver.calls.length;
    const second = start();
    await settled(second);
    expect(probes()).to.equal(1);
    expect(homeserver.calls.length - before).to.equal(3);
    expect(await readiness(second)).to.equal("ready");
  });

  it("probes anew where the homeserver's version is another one, when it is back and from time to time", async () => {
    const check = start();
    await settled(check);
    homeserver.behaviours.software = "Synapse 2.0.0";
    check.wake();
    await settled(check, 2);
    expect(probes()).to.equal(2);
    homeserver.behaviours.roomVersions = ["12", "13"];
    check.time.pass();
    await settled(check, 3);
    expect(probes()).to.equal(3);
    expect((await check.report()).software).to.equal("Synapse 2.0.0");
    check.wake();
    await settled(check, 4);
    expect(probes()).to.equal(3);
  });

  it("probes anew where the configuration asks for something else", async () => {
    await settled(start());
    await settled(start({ asked: "another admin token" }));
    expect(probes()).to.equal(2);
  });

  it("is not ready where the homeserver has no such room version, and says which key it is", async () => {
    const check = start({ demands: { ...DEMANDS, importVersion: "13" } });
    await settled(check);
    expect(await readiness(check)).to.match(
      /^import\.room_version: .*no room version 13.*; then run: roomporter homeserver check$/,
    );
    expect(log.lines.map(({ level }) => level)).to.include("error");
  });

  it("looks again after a while where there was a problem, less and less often, and is ready once it is mended", async () => {
    homeserver.behaviours.media = false;
    const check = start();
    await settled(check);
    check.time.pass();
    await settled(check, 2);
    expect(await readiness(check)).to.match(/^homeserver\.url: .*serves media/);
    homeserver.behaviours.media = true;
    check.time.pass();
    await settled(check, 3);
    expect(await readiness(check)).to.equal("ready");
    expect(check.time.slept).to.deep.equal([60_000, 120_000, 600_000]);
  });

  it("tries again where some calls got no answer, and what it found meanwhile holds", async () => {
    homeserver.before = (call) => (call.includes("/devices/") ? 503 : undefined);
    const check = start();
    await settled(check);
    expect(await readiness(check)).to.equal("ready");
    expect(await check.report()).to.include({ durable_transactions: null, redaction: "dated" });
    homeserver.before = () => undefined;
    // also another process does
    await settled(start());
    expect(await check.report()).to.include({ durable_transactions: true });
  });

  it("waits for a homeserver that is away, and knows it when it is back", async () => {
    homeserver.before = () => 502;
    const check = start();
    await settled(check);
    expect(await readiness(check)).to.match(/is not known yet/);
    homeserver.before = () => undefined;
    check.wake();
    await settled(check, 2);
    expect(await readiness(check)).to.equal("ready");
    expect(check.time.slept).to.deep.equal([5_000, 600_000]);
  });

  it("probes on request, once for all who ask within some seconds", async () => {
    const check = start();
    await settled(check);
    homeserver.behaviours.devices = false;
    expect((await check.probe()).durable_transactions).to.equal(true);
    check.time.now += 5_000;
    const reports = [...(await Promise.all([check.probe(), check.probe()])), await check.probe()];
    expect(reports.map((report) => report.durable_transactions)).to.deep.equal([false, false, false]);
    expect(probes()).to.equal(2);
  });

  it("leaves the rooms of probes that were killed, whether their id is known or not, at the next probe", async () => {
    const known = homeserver.addRoom({ [PROBE]: true });
    await store.setProbeRoom(known);
    const check = start();
    await settled(check);
    expect(homeserver.rooms.get(known)?.state).to.equal("forgotten");
    const unknown = homeserver.addRoom({ [PROBE]: true });
    const other = homeserver.addRoom();
    await store.setProbeRoom(null);
    check.time.now += 5_000;
    await check.probe();
    expect(homeserver.rooms.get(unknown)?.state).to.equal("forgotten");
    expect(homeserver.joined).to.deep.equal([other]);
    expect(await store.probeRoom()).to.equal(undefined);
  });
});
