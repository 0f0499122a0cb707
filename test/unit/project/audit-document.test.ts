import { readFileSync } from "node:fs";
import { expect } from "chai";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "../../../src/ports/audit-log.ts";

describe("docs/audit.md", () => {
  const page = readFileSync(new URL("../../../docs/audit.md", import.meta.url), "utf8");

  it("says when each row is made, and what can come of it", () => {
    const [, table = ""] = /## What is recorded\n([^]*?)\n## /.exec(page) ?? [];
    for (const action of AUDIT_ACTIONS) expect(table, action).to.match(new RegExp(`^\\| [^|]*\`${action}\``, "m"));
    for (const outcome of AUDIT_OUTCOMES) expect(page).to.contain(`\`${outcome}\``);
  });
});
