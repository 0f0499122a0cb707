import { expect } from "chai";
import type { AuditRow } from "../../../../src/ports/audit-log.ts";
import { ADMIN_TOKEN, ApiServer } from "../../../support/doors/api-server.ts";

describe("GET /v1/audit", () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = new ApiServer();
    await api.start();
    for (let i = 0; i < 5; i++)
      await api.audit.record({
        action: "export",
        outcome: "refused",
        door: "bot",
        actor: `@u${i}:x`,
        reasons: ["A", "B"],
      });
  });
  afterEach(() => api.stop());

  const get = (query: string, accept = "*/*"): Promise<Response> =>
    api.fetch(`/v1/audit${query}`, { token: ADMIN_TOKEN, headers: { accept } });
  const page = async (query: string): Promise<{ rows: AuditRow[]; next_batch?: string }> =>
    (await (await get(query)).json()) as { rows: AuditRow[]; next_batch?: string };

  it("is for admins, and tells who has read it and who wanted to", async () => {
    const refused = await api.fetch("/v1/audit");
    expect([refused.status, await refused.json()]).to.deep.equal([
      403,
      { errcode: "M_FORBIDDEN", error: "Only admins may read the audit log" },
    ]);
    expect((await api.fetch("/v1/audit", { token: "token-of-root" })).status).to.equal(200);
    expect((await get("?from=p3&dir=b")).status).to.equal(200);
    const told = api.audit.entries.slice(5).map(({ action, outcome, actor }) => [action, outcome, actor].join(" "));
    expect(told).to.deep.equal(["audit_read refused @ann:x", "audit_read done @root:x"]);
  });

  it("gives page after page, the newest first, or the oldest", async () => {
    const first = await page("?limit=2&action=export");
    expect(first.rows.map(({ actor }) => actor)).to.deep.equal(["@u4:x", "@u3:x"]);
    const second = await page(`?limit=3&action=export&from=${first.next_batch ?? ""}`);
    expect(second.rows.map(({ actor }) => actor)).to.deep.equal(["@u2:x", "@u1:x", "@u0:x"]);
    expect(second).not.to.have.property("next_batch");
    expect((await page("?limit=1&dir=f&actor=%40u2:x")).rows.map(({ actor }) => actor)).to.deep.equal(["@u2:x"]);
  });

  it("gives everything as NDJSON and as CSV, by the header or by the parameter", async () => {
    const ndjson = await get("?action=export&dir=f", "application/x-ndjson");
    expect(ndjson.headers.get("content-type")).to.match(/^application\/x-ndjson/);
    const lines = (await ndjson.text()).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as AuditRow).actor)).to.deep.equal([
      "@u0:x",
      "@u1:x",
      "@u2:x",
      "@u3:x",
      "@u4:x",
    ]);
    for (const csv of [
      await get("?action=export&limit=1", "text/csv"),
      await get("?action=export&limit=1&format=csv"),
    ]) {
      expect(csv.headers.get("content-type")).to.match(/^text\/csv/);
      const [head, row, end] = (await csv.text()).split("\r\n");
      expect(head).to.match(/^position,at,action,outcome,door,actor,/);
      const [last] = (await page("?action=export&limit=1")).rows;
      expect(row).to.equal(`5,${last?.at},export,refused,bot,@u4:x,,,,,A B,,,${last?.previous_hash},${last?.hash}`);
      expect(end).to.equal("");
    }
  });

  it("quotes in CSV what would be mistaken", async () => {
    await api.audit.record({ action: "import", outcome: "done", door: "http", actor: '@a,"b":x' });
    expect(await (await get("?action=import&format=csv")).text()).to.contain(',"@a,""b"":x",');
  });

  it("holds no formulas in CSV for a spreadsheet, and takes that for CSV alone", async () => {
    await api.audit.record({ action: "import", outcome: "done", door: "http", actor: "@a:x" });
    const text = await (await get("?action=import&format=csv&spreadsheet=true")).text();
    expect(text.split("\r\n")[0]).to.match(/^\ufeff?position,/);
    expect(text).to.contain(",'@a:x,");
    expect((await get("?format=ndjson&spreadsheet=true")).status).to.equal(400);
    expect((await get("?spreadsheet=true")).status).to.equal(400);
  });

  it("names what is wrong with a question", async () => {
    for (const query of [
      "?action=everything",
      "?outcome=x",
      "?since=soon",
      "?limit=0",
      "?limit=1001",
      "?from=x",
      "?who=me",
    ])
      expect((await get(query)).status, query).to.equal(400);
    expect((await get("?format=csv", "*/*")).status).to.equal(200);
    const denied = await api.fetch("/v1/audit?format=csv");
    expect([denied.status, denied.headers.get("content-type")]).to.deep.equal([403, "application/json; charset=utf-8"]);
  });
});
