import { expect } from "chai";
import type { AuditCheck, AuditFault } from "../../../../src/ports/audit-log.ts";
import { fakeService, json } from "../../../support/doors/scripted-service.ts";
import { run, type Ran } from "../../../support/doors/run-command.ts";

const HASH = "ab".repeat(32);
const ROW = {
  position: 7,
  at: "2026-11-26T00:00:00.000Z",
  action: "export",
  outcome: "refused",
  door: "bot",
  actor: "@ann:x",
  room_id: "!r:x",
  reasons: ["M_FORBIDDEN"],
  previous_hash: HASH,
  hash: HASH,
};

describe("audit list", () => {
  it("is a table, a line each", async () => {
    const page = {
      rows: [ROW, { ...ROW, position: 6, on_behalf_of: "@bob:x", reasons: undefined, room_id: undefined }],
    };
    await using service = await fakeService((_asked, response) => json(response, 200, page));
    const args = ["audit", "list", "--action", "export", "--room", "!r:x", "--since", "2026-11-01"];
    const { stdout } = await run(args, { env: service.env });
    expect(stdout.toString()).to.equal(
      "ROW  TIME                      WHAT            WHO                DOOR  ROOM  MORE\n" +
        "7    2026-11-26T00:00:00.000Z  export refused  @ann:x             bot   !r:x  M_FORBIDDEN\n" +
        "6    2026-11-26T00:00:00.000Z  export refused  @ann:x for @bob:x  bot   -\n",
    );
    expect(service.asked[0]?.url).to.equal("/v1/audit?action=export&room_id=%21r%3Ax&since=2026-11-01");
    expect(service.asked[0]?.headers["user-agent"]).to.equal("roomporter-cli");
    const asJson = await run([...args, "--json"], { env: service.env });
    expect(JSON.parse(asJson.stdout.toString())).to.deep.equal(JSON.parse(JSON.stringify(page)));
  });

  it("comes as CSV or NDJSON as the service gives it, oldest first", async () => {
    await using service = await fakeService((_asked, response) => response.end("a,b\r\n1,2\r\n"));
    const { code, stdout } = await run(["audit", "list", "--format", "csv"], { env: service.env });
    expect([code, stdout.toString()]).to.deep.equal([0, "a,b\r\n1,2\r\n"]);
    expect(service.asked[0]?.url).to.equal("/v1/audit?dir=f&format=csv");
    await run(["audit", "list", "--format", "csv", "--spreadsheet"], { env: service.env });
    expect(service.asked[1]?.url).to.equal("/v1/audit?spreadsheet=true&dir=f&format=csv");
    const misused = await run(["audit", "list", "--spreadsheet"], { env: service.env });
    expect([misused.code, misused.stderr]).to.deep.equal([2, "roomporter: --spreadsheet goes with --format csv\n"]);
  });

  it("that breaks off is a failure", async () => {
    await using service = await fakeService((_asked, response) => {
      response.writeHead(200, { "content-length": "100" }).write("a,b\r\n", () => response.destroy());
    });
    const { code, stderr } = await run(["audit", "list", "--format", "ndjson"], { env: service.env });
    expect([code, stderr]).to.deep.equal([1, "roomporter: the service ended the list before it was complete\n"]);
  });
});

describe("audit verify", () => {
  const verified = (check: Partial<AuditCheck>, ...args: string[]): Promise<Ran & { asked?: unknown }> => {
    const found: AuditCheck = { ok: !check.broken, rows: 3, removed: 0, head: { position: 3, hash: HASH }, ...check };
    let asked: unknown;
    const actions = { auditVerify: async (...all: unknown[]) => ((asked = all), found) };
    return run(["audit", "verify", "-c", "config.yaml", ...args], { actions }).then((ran) => ({ ...ran, asked }));
  };

  it("says that all is sound, and where the chain ends, for the next time", async () => {
    const { code, stdout } = await verified({ removed: 2 });
    expect(code).to.equal(0);
    expect(stdout.toString()).to.equal(
      `The audit log is sound: 3 rows. Retention has removed those up to 2.\nIt ends with 3:${HASH}\n`,
    );
    const again = await verified({}, "--expect", `3:${HASH}`, "--json");
    expect(again.asked).to.deep.equal(["config.yaml", { position: 3, hash: HASH }]);
    expect(JSON.parse(again.stdout.toString())).to.deep.include({ ok: true, rows: 3 });
  });

  it("names the first broken row and what is wrong with it, and fails", async () => {
    const faults: AuditFault[] = ["altered", "missing", "unchained", "cut_beginning", "cut_end", "not_as_witnessed"];
    for (const fault of faults) {
      const { code, stdout, stderr } = await verified({ broken: { position: 2, fault } });
      expect([code, stdout.toString()]).to.deep.equal([1, ""]);
      expect(stderr).to.match(/^roomporter: row 2 of the audit log: [a-z, :]+\n$/);
    }
  });

  it("does not understand any other note", async () => {
    for (const note of ["3", `3:${HASH}a`, `0:${HASH}`])
      expect((await verified({}, "--expect", note)).code).to.equal(2);
  });
});
