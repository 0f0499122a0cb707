import { expect } from "chai";
import type { Permission } from "../../../src/requests/access.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { operateWith, type RunOperation } from "../../../src/requests/operation.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { toldAuditLog, type ToldAuditLog } from "../../support/fakes/memory-stores.ts";

const ANN: Requester = { userId: "@ann:x", adminToken: false, door: "cli", accessToken: "secret-token" };
const OPS: Requester = { userId: "admin:ops", adminToken: true, door: "http" };
const ENTRY = { action: "export", room_id: "!r:x" } as const;
const REFUSAL = new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "secret words", [
  { code: "scope_incognito", message: "secret words" },
]);

describe("an operation", () => {
  let log: ToldAuditLog;
  let permission: Permission;
  let operate: RunOperation;
  beforeEach(() => {
    log = toldAuditLog();
    permission = "user";
    operate = operateWith(() => permission, log);
  });

  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );
  const failing = (error: Error) => (): Promise<never> => Promise.reject(error);
  const never = (): never => expect.fail("it must not run");

  it("asks what the requester may do at the moment of the call", async () => {
    const isAdmin = (): Promise<boolean> => operate(ENTRY, ANN, async ({ caller }) => caller.admin);
    expect(await isAdmin()).to.equal(false);
    permission = "admin";
    expect(await isAdmin()).to.equal(true);
    permission = "none";
    expect(await errorOf(operate(ENTRY, ANN, never))).to.include({ kind: "forbidden", errcode: "M_FORBIDDEN" });
    expect(await operate(ENTRY, OPS, async ({ caller }) => caller.admin), "an admin token").to.equal(true);
  });

  it("can be for admins alone", async () => {
    const rules = { adminOnly: "Only admins may do that" };
    const refused = await errorOf(operate(ENTRY, ANN, never, rules));
    expect(refused).to.include({ kind: "forbidden", message: "Only admins may do that" });
    expect(await operate(ENTRY, OPS, async () => 1, rules)).to.equal(1);
  });

  it("records a refusal by its codes, and nothing twice", async () => {
    expect(await errorOf(operate(ENTRY, ANN, failing(REFUSAL)))).to.equal(REFUSAL);
    permission = "none";
    await errorOf(operate({ action: "job_cancel", job_id: "j1" }, ANN, never));
    const who = { actor: "@ann:x", door: "cli", outcome: "refused" };
    expect(log.entries).to.deep.equal([
      { ...ENTRY, ...who, reasons: ["IO.ROOMPORTER.REFUSED", "scope_incognito"] },
      { action: "job_cancel", job_id: "j1", ...who, reasons: ["M_FORBIDDEN"] },
    ]);
    expect(JSON.stringify(log.entries)).not.to.include("secret");
  });

  it("records nothing where the audit log has no name for it", async () => {
    permission = "none";
    await errorOf(operate({}, ANN, never));
    expect(log.entries).to.deep.equal([]);
  });

  it("knows a failure from a refusal, and from somebody who has left", async () => {
    const away = await errorOf(operate(ENTRY, ANN, failing(new HomeserverError(0, "M_UNKNOWN", "secret words"))));
    expect(away).to.be.instanceOf(RequestError).and.include({ kind: "homeserver_away" });
    await errorOf(operate(ENTRY, ANN, failing(REFUSAL), { signal: AbortSignal.abort() }));
    await errorOf(operate(ENTRY, ANN, failing(new TypeError("secret words"))));
    expect(log.entries.map(({ outcome }) => outcome)).to.deep.equal(["failed", "cancelled", "failed"]);
    expect(JSON.stringify(log.entries)).not.to.include("secret");
  });

  it("tells of what it did where it wants to", async () => {
    await operate(ENTRY, OPS, ({ record }) => record({ outcome: "done", details: ["as_service"] }));
    const who = { actor: "admin:ops", door: "http" };
    expect(log.entries).to.deep.equal([{ ...ENTRY, ...who, outcome: "done", details: ["as_service"] }]);
  });

  it("answers nothing that cannot be recorded", async () => {
    log.away = true;
    const recorded = operate(ENTRY, ANN, ({ record }) => record({ outcome: "done" }));
    for (const answer of [recorded, operate(ENTRY, ANN, failing(REFUSAL))])
      expect(await errorOf(answer)).to.include({ kind: "unavailable" });
  });
});
