import { expect } from "chai";
import { CountedRows } from "../../../src/audit/counted-rows.ts";
import type { AuditEntry } from "../../../src/ports/audit-log.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { toldAuditLog } from "../../support/fakes/memory-stores.ts";

const refused = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  action: "export",
  outcome: "refused",
  door: "http",
  actor: "@eve:x",
  ...more,
});

describe("an audit log that cannot be flooded", () => {
  it("has the first refusal at once, and one row for all that follow within the minute", async () => {
    const log = toldAuditLog();
    const rows = new CountedRows(log, SILENT);
    const first = refused({ room_id: "!0:x", reasons: ["M_FORBIDDEN"] });
    await rows.record(first);
    for (let i = 1; i <= 1000; i++)
      await rows.record(refused({ room_id: `!${i}:x`, reasons: i === 7 ? ["room_type_bridge"] : ["M_FORBIDDEN"] }));
    expect(log.entries).to.deep.equal([first]);
    await rows.stop();
    const { count, reasons, room_id } = log.entries[1] ?? {};
    expect(log.entries).to.have.length(2);
    expect({ count, reasons, room_id }).to.deep.equal({
      count: 1000,
      reasons: ["M_FORBIDDEN", "room_type_bridge"],
      room_id: null,
    });
    await rows.record(refused());
    expect(log.entries, "a new minute").to.have.length(3);
    await rows.stop();
    expect(log.entries, "nothing was repeated in it").to.have.length(3);
  });

  it("keeps what all of them have in common", async () => {
    const log = toldAuditLog();
    const rows = new CountedRows(log, SILENT);
    for (let i = 0; i < 3; i++)
      await rows.record(refused({ room_id: "!a:x", job_id: "00", details: ["as_service"], target: `@${i}:x` }));
    await rows.stop();
    expect(log.entries[1]).to.include({ room_id: "!a:x", job_id: "00", target: null, count: 2 });
    expect(log.entries[1]?.details).to.deep.equal(["as_service"]);
  });

  it("tells actors, actions and outcomes apart, and counts nothing that was done", async () => {
    const log = toldAuditLog();
    const rows = new CountedRows(log, SILENT);
    const entries = [
      refused(),
      refused({ actor: "@ann:x" }),
      refused({ action: "import" }),
      refused({ outcome: "failed" }),
      refused({ outcome: "cancelled" }),
      refused({ outcome: "done" }),
      refused({ outcome: "done" }),
      refused({ outcome: "granted" }),
      refused({ outcome: "granted" }),
    ];
    for (const entry of entries) await rows.record(entry);
    await rows.stop();
    expect(log.entries).to.deep.equal(entries);
  });

  it("says where the first one cannot be recorded, and does not take it for recorded", async () => {
    const log = toldAuditLog();
    const rows = new CountedRows(log, SILENT);
    log.away = true;
    const error: unknown = await rows.record(refused()).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "StoreAway");
    log.away = false;
    await rows.record(refused());
    expect(log.entries).to.deep.equal([refused()]);
    await rows.stop();
  });
});
