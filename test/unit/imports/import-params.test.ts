import { expect } from "chai";
import { importParams, readImportParams } from "../../../src/imports/import-params.ts";
import type { Job } from "../../../src/ports/job-store.ts";

describe("what a queued import knows", () => {
  const read = (params: object): ReturnType<typeof readImportParams> =>
    readImportParams({ params, owner: "@ann:x" } as Job);

  it("is what was asked for", () => {
    const asked = {
      importingUser: "@bob:x",
      bundleSha256: "ab",
      manifestSha256: "cd",
      signedBy: { key_id: "ed25519:1", server_name: "x", verified: true },
      workspace: { room_id: "!space:x", via: ["x"] },
      allowPlaintext: true,
      encrypted: true,
      authorsKnown: false,
      inviteAuthors: false,
      into: { roomId: "!new:x", upTo: "$newest", baseKnown: true },
    };
    expect(read(JSON.parse(JSON.stringify(importParams(asked))) as object)).to.deep.equal(asked);
  });

  it("is read as an earlier version has stored it, which knew of no signatures", () => {
    const stored = { importing_user: "@bob:x", bundle_sha256: "ab", workspace: null };
    const known = {
      importingUser: "@bob:x",
      bundleSha256: "ab",
      manifestSha256: "",
      signedBy: undefined,
      workspace: undefined,
      allowPlaintext: false,
      encrypted: false,
      authorsKnown: false,
      inviteAuthors: false,
    };
    expect(read(stored)).to.deep.equal(known);
    expect(read({ bundle_sha256: "ab" })).to.deep.equal({ ...known, importingUser: "@ann:x" });
  });
});
