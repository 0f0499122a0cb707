import { turns, until } from "../../support/until.ts";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { downloadDocument, type DownloadDocument } from "../../../src/exports/download-document.ts";
import { LiveExports } from "../../../src/exports/live-exports.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { StorageError } from "../../../src/ports/storage-error.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { AMPLE } from "../../support/fakes/ample-space.ts";
import { job } from "../../support/fakes/bot.ts";
import { ALICE, message, sampleRoom, temporaryDirectory, writeSample } from "../bundle/sample.ts";
import { toldAuditLog, type ToldAuditLog } from "../../support/fakes/memory-stores.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http" } as const;
const WORDS = "The kettle is on.";
const { signal } = new AbortController();

describe("the conversation of an export as a file", () => {
  let log: ToldAuditLog;
  let live: LiveExports;
  let folder: string;
  let given: number;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let bundle: string;
  before(async () => {
    directory = await temporaryDirectory();
    const room = sampleRoom();
    room.events.push(message(99, ALICE, { msgtype: "m.text", body: WORDS }));
    bundle = await writeSample(room, directory.path, "room.zip");
  });
  after(() => directory.remove());
  beforeEach(async () => {
    [log, live, given] = [toldAuditLog(), new LiveExports({ perUser: 1, inAll: 1 }), 0];
    folder = await mkdtemp(join(tmpdir(), "roomporter-document-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const document = (kept: Partial<Job> = {}, space = AMPLE): DownloadDocument =>
    downloadDocument({
      operate: operateWith(() => "user", log),
      jobAccess: {
        find: async () => job({ state: "succeeded", owner: "@ann:x", report: { file_name: "tea.zip" }, ...kept }),
      },
      bundles: {
        localFile: async (id) =>
          id === "gone"
            ? undefined
            : {
                path: bundle,
                [Symbol.asyncDispose]: async () => {
                  given += 1;
                },
              },
      },
      access: { hides: async () => false },
      givingOut: {
        policies: { get: async () => undefined },
        records: { roomsOf: async () => [] },
        serverName: "x",
        policyNow: async () => undefined,
      },
      live,
      work: { path: folder, space },
    });
  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(() => undefined).catch((error: unknown) => error);

  it("is named after the bundle, is recorded, and leaves nothing behind", async () => {
    const formats = [
      ["text", "txt"],
      ["markdown", "md"],
      ["csv", "csv"],
      ["page", "html"],
    ] as const;
    for (const [index, [format, ending]] of formats.entries()) {
      const { body, fileName } = await document()("j1", ANN, format, signal);
      expect(fileName).to.equal(`tea.${ending}`);
      const closed = once(body, "close");
      const words = await text(body);
      expect(/^<!doctype html>/i.test(words), format).to.equal(format === "page");
      expect(words, format).to.contain(WORDS);
      await closed;
      await until(() => given === index + 1);
      await turns();
      expect(await readdir(folder)).to.deep.equal([]);
    }
    expect(log.entries.map(({ action, outcome }) => `${action} ${outcome}`)).to.deep.equal(
      Array.from({ length: 4 }, () => "bundle_download done"),
    );
  });

  it("takes a place among the exports at once, until it has gone out or nobody wants it any more", async () => {
    const { body } = await document()("j1", ANN, "text", signal);
    expect(await errorOf(document()("j1", ANN, "text", signal))).to.have.property("kind", "too_many");
    const closed = once(body, "close");
    body.destroy();
    await closed;
    await until(() => given === 1);
    await turns();
    const again = await document()("j1", ANN, "page", signal);
    again.body.destroy();
    expect(given).to.equal(1);
  });

  it("is refused for an export of all rooms, and where the bundle is gone or the disk is full; and holds nothing then", async () => {
    const full = { require: () => Promise.reject(new StorageError("full", "full")) };
    expect(await errorOf(document({ kind: "gdpr_export", room_id: null })("j1", ANN, "text", signal))).to.have.property(
      "kind",
      "invalid",
    );
    expect(await errorOf(document()("gone", ANN, "text", signal))).to.have.property("kind", "gone");
    expect(await errorOf(document({}, full)("j1", ANN, "page", signal))).to.have.property("kind", "no_space");
    expect(await readdir(folder)).to.deep.equal([]);
    live.take({ ...ANN, admin: false })[Symbol.dispose]();
  });
});
