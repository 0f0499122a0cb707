import { expect } from "chai";
import { importJob } from "../../../src/imports/import-job.ts";
import { importParams } from "../../../src/imports/import-params.ts";
import { UNKNOWN_CAPABILITIES } from "../../../src/ports/homeserver/capabilities.ts";
import type { Account } from "../../../src/ports/homeserver/homeserver-access.ts";
import { job } from "../../support/fakes/bot.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";

describe("an import whose turn has come", () => {
  for (const [account, errcode] of [
    [{ suspended: true }, "M_USER_SUSPENDED"],
    [{ deactivated: true }, "M_USER_DEACTIVATED"],
    [{ blocksInvitations: true }, "M_INVITE_BLOCKED"],
  ] as const satisfies [Account, string][])
    it(`makes nothing for somebody of whom the homeserver says ${Object.keys(account).join("")} by now`, async () => {
      const server = new MemoryHomeserver();
      server.accounts.set("@ann:x", account);
      const file = { path: "never opened", [Symbol.asyncDispose]: async () => undefined };
      const parts = { homeserver: server.access("@service:x"), bundles: { localFile: async () => file } };
      const { work } = importJob(parts as never);
      const params = importParams({
        importingUser: "@ann:x",
        bundleSha256: "0".repeat(64),
        signedBy: undefined,
        workspace: undefined,
        authorsKnown: false,
        inviteAuthors: false,
      });
      const context = { signal: new AbortController().signal, permit: async () => undefined } as never;
      const error: unknown = await work(job({ kind: "import", owner: "@ann:x", params }), context).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.have.property("errcode", errcode);
      expect(server.rooms.size).to.equal(0);
    });

  it("makes nothing where the homeserver was seen to ignore dates by now", async () => {
    const server = new MemoryHomeserver();
    const file = { path: "never opened", [Symbol.asyncDispose]: async () => undefined };
    const parts = {
      homeserver: server.access("@service:x"),
      bundles: { localFile: async () => file },
      capabilities: async () => ({ ...UNKNOWN_CAPABILITIES, dated_events: false }),
    };
    const { work } = importJob(parts as never);
    const wanted = {
      importingUser: "@ann:x",
      bundleSha256: "0".repeat(64),
      signedBy: undefined,
      workspace: undefined,
      authorsKnown: false,
      inviteAuthors: false,
    };
    const context = { signal: new AbortController().signal, permit: async () => undefined } as never;
    const params = importParams(wanted);
    const error: unknown = await work(job({ kind: "import", owner: "@ann:x", params }), context).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("errcode", "IO.ROOMPORTER.UNDATED");
    expect(server.rooms.size).to.equal(0);
  });
});
