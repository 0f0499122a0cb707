import { Readable } from "node:stream";
import { expect } from "chai";
import { AuditedPorter } from "../../../src/service/audited-porter.ts";
import { RequestError } from "../../../src/requests/failure.ts";
import type { Porter } from "../../../src/service/porter.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { toldAuditLog, type ToldAuditLog } from "../../support/fakes/memory-stores.ts";
import { FakePorter, ROOM } from "../../support/fakes/bot.ts";

const ANN: Requester = { userId: "@ann:x", admin: false, adminToken: false, door: "cli", accessToken: "secret-token" };
const OPS: Requester = { userId: "admin:ops", admin: true, adminToken: true, door: "http" };
const REFUSAL = new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "secret words", [
  { code: "scope_incognito", message: "secret words" },
]);
const never = new AbortController().signal;

describe("what a porter does, in the audit log", () => {
  let log: ToldAuditLog;
  let disposed: number;
  beforeEach(() => {
    log = toldAuditLog();
    disposed = 0;
  });

  const bundle = {
    fileName: "secret name.zip",
    writeTo: async () => undefined,
    async dispose() {
      disposed++;
    },
  };
  const porterThat = (methods: Partial<Porter>): AuditedPorter =>
    new AuditedPorter(Object.assign(new FakePorter(), methods), log);
  const failingWith = (error: Error): Partial<Porter> => {
    const fail = (): Promise<never> => Promise.reject(error);
    return { exportNow: fail, startExport: fail, startImport: fail, cancel: fail, retry: fail, bundle: fail };
  };
  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("stands there before a bundle leaves", async () => {
    const porter = porterThat({ exportNow: async () => bundle });
    await porter.exportNow("!r:x", ANN, { media: true }, never);
    await porter.exportNow("!r:x", OPS, { media: true, as: "@bob:x" }, never);
    const what = { action: "export", outcome: "done", room_id: "!r:x" };
    expect(log.entries).to.deep.equal([
      { ...what, actor: "@ann:x", door: "cli", on_behalf_of: null, details: ["as_requester"] },
      { ...what, actor: "admin:ops", door: "http", on_behalf_of: "@bob:x", details: ["as_service"] },
    ]);
  });

  it("stands there once for each download, however many ranges it takes", async () => {
    const porter = porterThat({});
    await porter.bundle("j1", ANN);
    await porter.bundle("j1", ANN, { start: 5, end: 7 });
    expect(log.entries.map(({ action, outcome, job_id, room_id }) => [action, outcome, job_id, room_id])).to.deep.equal(
      [["bundle_download", "done", "j1", ROOM]],
    );
  });

  it("tells each refusal by its codes", async () => {
    const porter = porterThat(failingWith(REFUSAL));
    const asked = [
      porter.exportNow("!r:x", ANN, { media: true }, never),
      porter.startExport("!r:x", ANN, { media: true }),
      porter.startImport("/tmp/secret name", OPS, { as: "@bob:x" }),
      porter.cancel("j1", ANN),
      porter.retry("j1", ANN),
      porter.bundle("j1", ANN),
    ];
    for (const each of asked) expect(await errorOf(each)).to.equal(REFUSAL);
    expect(log.entries.map(({ action }) => action)).to.have.members([
      "export",
      "export",
      "import",
      "job_cancel",
      "job_retry",
      "bundle_download",
    ]);
    for (const { outcome, reasons } of log.entries)
      expect([outcome, reasons]).to.deep.equal(["refused", ["IO.ROOMPORTER.REFUSED", "scope_incognito"]]);
    expect(JSON.stringify(log.entries)).not.to.include("secret");
  });

  it("knows a failure from a refusal, and from somebody who has left", async () => {
    const failure = failingWith(new RequestError("homeserver_away", "M_UNKNOWN", "the homeserver is away"));
    await errorOf(porterThat(failure).startExport("!r:x", ANN, { media: true }));
    await errorOf(porterThat(failingWith(REFUSAL)).exportNow("!r:x", ANN, { media: true }, AbortSignal.abort()));
    expect(log.entries.map(({ outcome }) => outcome)).to.deep.equal(["failed", "cancelled"]);
  });

  it("answers nothing that cannot be recorded", async () => {
    log.away = true;
    const body = Readable.from(["PK"]);
    const opened = { body, size: 2, fileName: "a.zip" };
    const porter = porterThat({ exportNow: async () => bundle, bundle: async () => opened });
    const answers = [
      porter.exportNow("!r:x", ANN, { media: true }, never),
      porter.bundle("j1", ANN),
      porterThat(failingWith(REFUSAL)).startExport("!r:x", ANN, { media: true }),
    ];
    for (const answer of answers) expect(await errorOf(answer)).to.have.property("kind", "unavailable");
    expect([disposed, body.destroyed]).to.deep.equal([1, true]);
  });
});
