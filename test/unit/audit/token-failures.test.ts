import { expect } from "chai";
import { CountedRows } from "../../../src/audit/counted-rows.ts";
import { TokenFailures } from "../../../src/audit/token-failures.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { toldAuditLog } from "../../support/fakes/memory-stores.ts";
import { until } from "../../support/until.ts";

describe("wrong tokens in the audit log", () => {
  const row = { action: "token_failures", outcome: "refused", actor: "service", door: "http" };

  it("are one row for all that come at once", async () => {
    const log = toldAuditLog();
    const failures = new TokenFailures(new CountedRows(log, SILENT, 20));
    for (let i = 0; i < 3; i++) failures.add("api");
    failures.add("appservice");
    await until(() => log.entries.length === 2);
    failures.add("api");
    await until(() => log.entries.length === 3);
    expect(log.entries).to.deep.equal([
      { ...row, details: ["api"], count: 3 },
      { ...row, details: ["appservice"], count: 1 },
      { ...row, details: ["api"], count: 1 },
    ]);
  });

  it("are not forgotten when the service stops, or while the database is away", async () => {
    const log = toldAuditLog();
    const rows = new CountedRows(log, SILENT);
    const failures = new TokenFailures(rows);
    failures.add("api");
    log.away = true;
    await rows.stop();
    log.away = false;
    failures.add("api");
    await rows.stop();
    await rows.stop();
    expect(log.entries).to.deep.equal([{ ...row, details: ["api"], count: 2 }]);
  });
});
