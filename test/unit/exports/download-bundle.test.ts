import { Readable } from "node:stream";
import { expect } from "chai";
import { downloadBundle, type DownloadBundle } from "../../../src/exports/download-bundle.ts";
import type { GivingOutParts } from "../../../src/exports/kept/still-theirs.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { stateEvent } from "../../support/room-events.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import type { MadeRoom } from "../../../src/ports/policy-store.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { toldAuditLog, type ToldAuditLog } from "../../support/fakes/memory-stores.ts";
import { job } from "../../support/fakes/bot.ts";

const COLLECTION = { kind: "gdpr_export", room_id: null } as const;
const ANN = { userId: "@ann:x", adminToken: false, door: "http" } as const;

describe("the bundle of an export", () => {
  let log: ToldAuditLog;
  let body: Readable;
  beforeEach(() => {
    log = toldAuditLog();
    body = Readable.from(["PK"]);
  });

  const download = (
    given: Partial<Job>,
    policy: object = {},
    hidden = false,
    closing: number | null = null,
    policyNow: GivingOutParts["policyNow"] = async () => undefined,
  ): DownloadBundle => {
    const kept = job({ state: "succeeded", owner: "@ann:x", report: { file_name: "tea.zip" }, ...given });
    const room: MadeRoom = {
      ...{ id: "one", origin: "created", room_id: kept.room_id, owner: "@ann:x", policy: readPolicy(policy) },
      ...{ created_at: 1, closing_at: closing, closed_at: null },
    };
    return downloadBundle({
      operate: operateWith(() => "user", log),
      jobAccess: { find: async () => kept },
      bundles: {
        size: async (id) => (id === "gone" ? undefined : 20),
        open: async () => ({ body, size: 20 }),
      },
      access: { hides: async () => hidden },
      givingOut: {
        policies: { get: async () => room },
        records: { roomsOf: async () => ["!one:x", "!two:x"] },
        serverName: "x",
        policyNow,
      },
    });
  };
  const kindOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => "given",
      (error: unknown) => (error as { kind: unknown }).kind,
    );

  it("is theirs as long as they may know of the room", async () => {
    expect(await download({})("j1", ANN)).to.deep.include({ size: 20, fileName: "tea.zip" });
    expect(await kindOf(download({}, {}, true)("j1", ANN)), "they have lost the role").to.equal("not_found");
    expect(await kindOf(download({ room_id: null }, {}, true)("j1", ANN)), "of all rooms").to.equal("given");
  });

  it("is refused by its code where the room has become incognito", async () => {
    expect(await kindOf(download({}, { scope_kind: "incognito" })("j1", ANN))).to.equal("invalid");
    expect(log.entries.at(-1)?.reasons).to.include("scope_incognito");
  });

  it("is gone where the room is being closed, or one room of a collection", async () => {
    expect(await kindOf(download({}, {}, false, 1)("j1", ANN))).to.equal("gone");
    expect(await kindOf(download(COLLECTION, {}, false, 1)("j1", ANN))).to.equal("gone");
  });

  const incognito = stateEvent("io.roomporter.policy", "", { scope_kind: "incognito" });
  for (const [name, given] of [
    ["the room", {}],
    ["a room of a collection", COLLECTION],
  ] as const) {
    it(`is refused where ${name} is incognito by its state alone`, async () => {
      const policyNow = async (roomId: string) => (roomId === "!one:x" ? undefined : incognito);
      expect(await kindOf(download(given, {}, false, null, policyNow)("j1", ANN))).to.equal("invalid");
      expect(log.entries.at(-1)?.reasons).to.include("scope_incognito");
    });

    it(`stays here where the homeserver does not say whether ${name} is`, async () => {
      for (const error of [new HomeserverError(502, "M_UNKNOWN", "away"), new DOMException("late", "TimeoutError")]) {
        const get = download(given, {}, false, null, () => Promise.reject(error));
        expect(await kindOf(get("j1", ANN))).to.equal("homeserver_away");
      }
    });
  }

  it("is refused where an earlier version has not noted the rooms of a collection", async () => {
    const get = (exported: number): Promise<unknown> =>
      kindOf(download({ ...COLLECTION, report: { counts: { exported } } })("j1", ANN));
    expect(await get(2)).to.equal("given");
    expect(await get(3)).to.equal("gone");
  });

  it("is not there before the export has succeeded, for imports, nor for ever", async () => {
    expect(await kindOf(download({ state: "running" })("j1", ANN))).to.equal("not_found");
    expect(await kindOf(download({ kind: "import" })("j1", ANN))).to.equal("not_found");
    expect(await kindOf(download({})("gone", ANN))).to.equal("gone");
  });

  it("is recorded once for each download, however many ranges it takes, and before it leaves", async () => {
    const get = download({ room_id: "!r:x" });
    const from = (start: number) => ({ rangeOf: (size: number) => ({ start, end: size - 1 }) });
    const row = (job_id: string, actor = "@ann:x") => ({
      ...{ action: "bundle_download", outcome: "done", actor, door: "http", job_id, room_id: "!r:x" },
    });
    await get("j1", ANN, { head: true });
    expect(log.entries, "nothing was handed out").to.deep.equal([]);
    await get("j1", ANN);
    for (const start of [5, 7, 5]) await get("j1", ANN, from(start));
    expect(log.entries).to.deep.equal([row("j1")]);
    for (const start of [5, 7]) await get("j2", ANN, from(start));
    await get("j1", { ...ANN, userId: "@bob:x" }, from(5));
    await get("j1", ANN, from(0));
    expect(log.entries, "others, and a new one").to.deep.equal([row("j1"), row("j2"), row("j1", "@bob:x"), row("j1")]);
    log.away = true;
    expect(await kindOf(get("j1", ANN))).to.equal("unavailable");
    expect(body.destroyed).to.equal(true);
  });
});
