import { copyFile } from "node:fs/promises";
import { expect } from "chai";
import type { ImportOptions } from "../../../src/imports/options.ts";
import { startImport, type StartImportParts } from "../../../src/imports/start-import.ts";
import { UNKNOWN_CAPABILITIES, type Capabilities } from "../../../src/ports/homeserver/capabilities.ts";
import { TooManyJobs } from "../../../src/ports/job-store.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";
import { hourlyLimits } from "../../../src/requests/limits/hourly.ts";
import { TurnsByOwner } from "../../../src/requests/limits/turns-by-owner.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { job } from "../../support/fakes/bot.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { variedConversation } from "../../support/varied-conversation.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http" } as const;

describe("an import that could not be queued", () => {
  let file: string;
  let remove: () => Promise<void>;
  before(async () => ({ file, remove } = await variedConversation(2, "talk").write()));
  after(() => remove());

  /** What is kept after the queueing has failed with this error. */
  async function kept(failure: Error, known: "none" | "queued" | "unknown"): Promise<string[]> {
    const { bundles, error } = await started(failure, known);
    expect(error).to.be.instanceOf(Error);
    return bundles;
  }

  async function started(
    failure: Error,
    known: "none" | "queued" | "unknown",
    seen: Partial<Capabilities> = {},
    options: ImportOptions = {},
  ): Promise<{ bundles: string[]; error: unknown }> {
    const bundles = new Set<string>();
    let failed = false;
    const homeserver = new MemoryHomeserver();
    homeserver.as(ANN.userId);
    const parts: StartImportParts = {
      operate: operateWith(() => "user", memoryStores().audit),
      control: {
        async get(id) {
          if (!failed || known === "none") return undefined;
          if (known === "unknown") throw new StoreAway("test");
          return job({ id, kind: "import" });
        },
        async queue() {
          failed = true;
          throw failure;
        },
      },
      jobAccess: { atMost: () => 10 },
      store: {
        unfinished: async () => 0,
        importsNaming: async () => [],
        ofRoom: async () => [],
        get: async () => undefined,
      },
      policies: { get: async () => undefined },
      userStorage: { put: async ({ id }) => void bundles.add(id), requireRoom: async () => undefined },
      bundles: {
        remove: async (id) => void bundles.delete(id),
      },
      homeserver: homeserver.access("@service:x"),
      capabilities: async () => ({ ...UNKNOWN_CAPABILITIES, ...seen }),
      serverName: "x",
      workspaces: {},
      access: { hides: async () => false },
      hourly: hourlyLimits({ rooms_per_hour: 10, invitations_per_hour: 10 }),
      verifying: new TurnsByOwner(1),
      authorMap: {},
      knownKeys: async () => [],
    };
    const copy = `${file}.copy`;
    await copyFile(file, copy);
    const error: unknown = await startImport(parts)(copy, ANN, options).catch((thrown: unknown) => thrown);
    return { bundles: [...bundles], error };
  }

  for (const failure of [new TooManyJobs(), new StoreAway("test"), new Error("full")])
    it(`leaves no bundle behind: ${failure.name}, ${failure.message}`, async () => {
      expect(await kept(failure, "none")).to.deep.equal([]);
    });

  it("is not taken at all where the homeserver was seen to ignore dates", async () => {
    const { error, bundles } = await started(new Error("queued"), "none", { dated_events: false });
    expect(error).to.include({ kind: "unavailable", errcode: "IO.ROOMPORTER.UNDATED" });
    expect(error).to.have.property("message").that.includes("?ts=");
    expect(bundles).to.deep.equal([]);
  });

  it("is not taken where it is to be encrypted and the homeserver can not, or in plain text as well", async () => {
    const failure = new Error("not reached");
    const taken = async (options: ImportOptions, seen: Partial<Capabilities>): Promise<unknown> =>
      (await started(failure, "none", seen, options)).error;
    expect(await taken({ encrypted: true }, { durable_transactions: false })).to.have.property(
      "errcode",
      "IO.ROOMPORTER.NO_ENCRYPTION",
    );
    expect(await taken({ encrypted: true, allow_plaintext: true }, {})).to.have.property("errcode", "M_INVALID_PARAM");
    expect(await taken({ encrypted: true }, {})).to.equal(failure);
  });

  it("keeps the bundle where it is queued all the same, or nobody can tell", async () => {
    expect(await kept(new StoreAway("test"), "queued")).to.have.length(1);
    expect(await kept(new StoreAway("test"), "unknown")).to.have.length(1);
  });
});
