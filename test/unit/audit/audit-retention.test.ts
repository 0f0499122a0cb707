import { expect } from "chai";
import { AuditRetention } from "../../../src/audit/audit-retention.ts";
import { keptLog, SILENT } from "../../support/fakes/logger.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";

const NOON = Date.parse("2026-11-26T12:00:00Z");

describe("the keeping of the audit log", () => {
  it("lets go of whole days, or of nothing", async () => {
    const trimmed: string[] = [];
    const trim = async (before: number): Promise<number> => trimmed.push(new Date(before).toISOString());
    const log = Object.assign(memoryStores().audit, { trim });
    const sweep = (retentionDays: number, now = NOON): Promise<void> =>
      new AuditRetention({ log, retentionDays, clock: { now: () => now }, logger: SILENT }).sweep();
    await sweep(0);
    await sweep(30);
    await sweep(30, NOON + 11 * 3600_000);
    await sweep(0.5);
    expect(trimmed).to.deep.equal(["2026-10-27T00:00:00.000Z", "2026-10-27T00:00:00.000Z", "2026-11-26T00:00:00.000Z"]);
  });

  it("notes in the service's log where the chain ends, once for each end", async () => {
    const { logger, lines } = keptLog();
    let end = { position: 3, hash: "aa" };
    const log = Object.assign(memoryStores().audit, { head: async () => end });
    const keeping = new AuditRetention({ log, retentionDays: 0, clock: { now: () => NOON }, logger });
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
