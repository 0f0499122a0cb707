import { expect } from "chai";
import { AuditRetention } from "../../../src/audit/audit-retention.ts";
import type { Logger } from "../../../src/ports/logger.ts";
import type { SweepTimes } from "../../../src/ports/sweep-times.ts";
import { keptLog, SILENT } from "../../support/fakes/logger.ts";
import { VirtualTime } from "../../support/fakes/virtual-time.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";

const HOUR = 3600_000;
const NOON = Date.parse("2026-11-26T12:00:00Z");

const granting = (now: number): SweepTimes => ({
  begin: async () => ({ granted: true, now }),
  confirm: async () => now,
});

describe("the keeping of the audit log", () => {
  let stop: AbortController;
  beforeEach(() => (stop = new AbortController()));
  afterEach(() => stop.abort());

  it("lets go of whole days, or of nothing", async () => {
    const trimmed: string[] = [];
    const trim = async (before: number): Promise<number> => trimmed.push(new Date(before).toISOString());
    const log = Object.assign(memoryStores().audit, { trim });
    const sweep = (retentionDays: number, now = NOON): Promise<void> =>
      new AuditRetention({ log, retentionDays, times: granting(now), logger: SILENT }).sweep();
    await sweep(0);
    await sweep(30);
    await sweep(30, NOON + 11 * 3600_000);
    await sweep(0.5);
    expect(trimmed).to.deep.equal(["2026-10-27T00:00:00.000Z", "2026-10-27T00:00:00.000Z", "2026-11-26T00:00:00.000Z"]);
  });

  it("goes on every hour, also after a failure, until it is told to stop", async () => {
    const timer = new VirtualTime();
    const looks: number[] = [];
    const head = async (): Promise<undefined> => {
      looks.push(timer.monotonic());
      if (looks.length === 3) stop.abort();
      if (looks.length === 1) throw new Error("once");
    };
    const log = Object.assign(memoryStores().audit, { head });
    const parts = { log, retentionDays: 0, times: granting(NOON), logger: SILENT, timer };
    await new AuditRetention(parts).keepSwept(stop.signal);
    expect(looks).to.deep.equal([0, HOUR, 2 * HOUR]);
  });

  it("deletes nothing after a jump of the clock, and says how to go on", async () => {
    const warned: string[] = [];
    const logger: Logger = { ...SILENT, warn: (fields, message) => void warned.push(JSON.stringify(fields) + message) };
    const log = Object.assign(memoryStores().audit, { trim: () => Promise.reject(new Error("not to be called")) });
    const times: SweepTimes = {
      ...granting(NOON),
      begin: async () => ({ granted: false, now: NOON, last: NOON - 400 * 24 * 3600_000 }),
    };
    await new AuditRetention({ log, retentionDays: 30, times, logger }).sweep();
    expect(warned).to.have.length(1);
    expect(warned[0]).to.include('"last":"2025-10-22T12:00:00.000Z"').and.include("roomporter db confirm-clock");
  });

  it("notes in the service's log where the chain ends, once for each end", async () => {
    const { logger, lines } = keptLog();
    let end = { position: 3, hash: "aa" };
    const log = Object.assign(memoryStores().audit, { head: async () => end });
    const keeping = new AuditRetention({ log, retentionDays: 0, times: granting(NOON), logger });
    await keeping.sweep();
    await keeping.sweep();
    end = { position: 4, hash: "bb" };
    await keeping.sweep();
    expect(lines.map(({ fields }) => fields)).to.deep.equal([
      { position: 3, hash: "aa" },
      { position: 4, hash: "bb" },
    ]);
  });
});
