import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { TokenFailures } from "../../../src/audit/token-failures.ts";
import { SILENT } from "../../support/fakes/jobs.ts";
import { memoryAuditLog } from "../../support/fakes/memory-audit-log.ts";

describe("wrong tokens in the audit log", () => {
  const row = { action: "token_failures", outcome: "refused", actor: "service", door: "http" };

  it("are one row for all that come at once", async () => {
    const log = memoryAuditLog();
    const failures = new TokenFailures(log, SILENT, 20);
    for (let i = 0; i < 3; i++) failures.add("api");
    failures.add("appservice");
    while (log.entries.length < 2) await sleep(5);
    failures.add("api");
    while (log.entries.length < 3) await sleep(5);
    expect(log.entries).to.deep.equal([
      { ...row, details: ["api"], count: 3 },
      { ...row, details: ["appservice"], count: 1 },
      { ...row, details: ["api"], count: 1 },
    ]);
  });

  it("are not forgotten when the service stops, or while the database is away", async () => {
    const log = memoryAuditLog();
    const failures = new TokenFailures(log, SILENT);
    failures.add("api");
    log.away = true;
    await failures.stop();
    log.away = false;
    failures.add("api");
    await failures.stop();
    await failures.stop();
    expect(log.entries).to.deep.equal([{ ...row, details: ["api"], count: 2 }]);
  });
});
