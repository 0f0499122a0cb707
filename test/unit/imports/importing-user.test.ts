import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Account } from "../../../src/ports/homeserver/homeserver-access.ts";
import { startImport } from "../../../src/imports/start-import.ts";
import { UNKNOWN_CAPABILITIES } from "../../../src/ports/homeserver/capabilities.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { hourlyLimits } from "../../../src/requests/limits/hourly.ts";
import { TurnsByOwner } from "../../../src/requests/limits/turns-by-owner.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";

const unexpected = (): never => {
  throw new Error("not expected here");
};

describe("the importing user", () => {
  let folder: string;
  let asked: string[];
  const accounts: Record<string, Account> = {};
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "importing-user-"));
    asked = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What a bundle that is none is answered with: who may import gets as far as the bundle. */
  async function answerTo(requester: Requester, as?: string): Promise<[string, string]> {
    const stores = memoryStores();
    const start = startImport({
      capabilities: async () => UNKNOWN_CAPABILITIES,
      operate: operateWith((userId) => (userId === "@root:x" ? "admin" : "user"), stores.audit),
      control: { get: async () => undefined, queue: unexpected },
      jobAccess: { atMost: () => 1 },
      store: stores.jobs,
      policies: stores.policies,
      userStorage: { put: unexpected, requireRoom: unexpected },
      bundles: { remove: unexpected },
      homeserver: {
        asService: () => ({ reader: { userId: "@service:x" } }) as never,
        account: async (userId) => accounts[userId] ?? {},
        resolveAlias: unexpected,
        async hasUser(userId) {
          asked.push(userId);
          return userId === "@bob:x";
        },
      },
      serverName: "x",
      workspaces: {},
      access: { hides: unexpected },
      authorMap: {},
      knownKeys: unexpected,
      hourly: hourlyLimits({ rooms_per_hour: 10, invitations_per_hour: 10 }),
      verifying: new TurnsByOwner(1),
    });
    const file = join(folder, "bundle.zip");
    await writeFile(file, "no bundle");
    try {
      await start(file, requester, as === undefined ? {} : { as });
    } catch (error) {
      if (error instanceof RequestError) return [error.kind, error.errcode];
      throw error;
    }
    return unexpected();
  }
  const admitted = ["invalid", "IO.ROOMPORTER.BAD_BUNDLE"];
  const token: Requester = { userId: "admin:ops", adminToken: true, door: "http" };
  const root: Requester = { userId: "@root:x", adminToken: false, door: "http" };
  const ann: Requester = { userId: "@ann:x", adminToken: false, door: "http" };

  it("is the one who asks, or named by an admin token: nobody else may name one, permission admin or not", async () => {
    expect(await answerTo(ann)).to.deep.equal(admitted);
    expect(await answerTo(ann, "@ann:x")).to.deep.equal(admitted);
    expect(await answerTo(token, "@bob:x")).to.deep.equal(admitted);
    expect(await answerTo(ann, "@bob:x")).to.deep.equal(["forbidden", "M_FORBIDDEN"]);
    expect(await answerTo(root, "@bob:x")).to.deep.equal(["forbidden", "M_FORBIDDEN"]);
    expect(asked).to.deep.equal(["@bob:x"]);
  });

  it("can log in, may act, and takes the invitation", async () => {
    accounts["@ann:x"] = { suspended: true };
    expect(await answerTo(ann)).to.deep.equal(["forbidden", "M_USER_SUSPENDED"]);
    accounts["@ann:x"] = { blocksInvitations: true };
    expect(await answerTo(ann)).to.deep.equal(["forbidden", "M_INVITE_BLOCKED"]);
    for (const [account, answer] of [
      [{ locked: true }, ["forbidden", "M_USER_LOCKED"]],
      [{ deactivated: true }, ["invalid", "M_USER_DEACTIVATED"]],
      [{ guest: true }, ["forbidden", "M_GUEST_ACCESS_FORBIDDEN"]],
      [{ puppet: true }, ["invalid", "M_INVALID_PARAM"]],
      [{ ignored: ["@ann:x"], suspended: false }, admitted],
    ] as const) {
      accounts["@bob:x"] = { ...account, ignored: [] };
      expect(await answerTo(token, "@bob:x"), JSON.stringify(account)).to.deep.equal(answer);
    }
    expect(await answerTo({ ...ann, userId: "@service:x" })).to.deep.equal(["invalid", "M_INVALID_PARAM"]);
  });

  it("must be named by an admin token, and be there", async () => {
    expect(await answerTo(token)).to.deep.equal(["invalid", "M_MISSING_PARAM"]);
    expect(await answerTo(token, "@bob:elsewhere")).to.deep.equal(["invalid", "M_INVALID_PARAM"]);
    expect(await answerTo(token, "bob")).to.deep.equal(["invalid", "M_INVALID_PARAM"]);
    expect(asked).to.deep.equal([]);
    expect(await answerTo(token, "@ghost:x")).to.deep.equal(["invalid", "M_INVALID_PARAM"]);
  });
});
