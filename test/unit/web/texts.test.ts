import { expect } from "chai";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "../../../src/ports/audit-log.ts";
import { JOB_KINDS } from "../../../src/ports/job-store.ts";
import { admin } from "../../../web/texts/en/admin.ts";

describe("the texts of the page", () => {
  it("have words for everything that can be narrowed down by", () => {
    expect(Object.keys(admin.jobs.kinds)).to.have.members(JOB_KINDS);
    expect(Object.keys(admin.audit.actions)).to.have.members(AUDIT_ACTIONS);
    expect(Object.keys(admin.audit.outcomes)).to.have.members(AUDIT_OUTCOMES);
  });
});
