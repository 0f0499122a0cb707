import { expect } from "chai";
import { beyondBounds } from "../../../../src/bundle/manifest/beyond-bounds.ts";
import { MAX_ENTRIES } from "../../../../src/bundle/limits.ts";
import type { ManifestHead } from "../../../../src/bundle/manifest/manifest.ts";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import { ALICE, headOf, message, sampleRoom, temporaryDirectory, writeSample } from "../sample.ts";

function changed(change: (head: ManifestHead) => void): ManifestHead {
  const head = headOf(sampleRoom());
  change(head);
  return head;
}

const member = (number: number, size: number): ManifestHead["state"][number] =>
  message(
    number,
    ALICE,
    { membership: "join", x: "y".repeat(size) },
    { type: "m.room.member", state_key: `@${number}:a` },
  );

describe("a bundle that no reader would take", () => {
  it("is known before it is written", () => {
    const file = { size: 1, mimetype: "a/b", names: ["x"], uris: ["mxc://a/b"] };
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
    expect(beyondBounds(headOf(sampleRoom()))).to.equal(undefined);
    const files = changed((head) => (head.media = new Map(numbers(MAX_ENTRIES).map((n) => [String(n), file]))));
    expect(beyondBounds(files)).to.equal("files");
    const uris = changed((head) =>
      head.media.set("x", { ...file, uris: numbers(100_000).map((n) => `mxc://acme.test/${n}`) }),
    );
    expect(beyondBounds(uris)).to.equal("people and files");
    const people = changed((head) => {
      const sender = { display_name: "Somebody", avatar: null, foreign: false };
      for (const number of numbers(300_000)) head.senders.set(`@somebody-${number}:acme.test`, sender);
    });
    expect(beyondBounds(people)).to.equal("people and files");
    expect(beyondBounds(changed((head) => head.state.push(member(1, 2 ** 20))))).to.equal("state");
    expect(beyondBounds(changed((head) => numbers(70).map((n) => head.state.push(member(n, 2 ** 20 - 500)))))).to.equal(
      "state",
    );
  });

  it("is not written", async () => {
    const folder = await temporaryDirectory();
    try {
      const room = { ...sampleRoom(), head: (head: ManifestHead) => void head.state.push(member(1, 2 ** 20)) };
      const failed = await writeSample(room, folder.path, "large.zip").catch((error: unknown) => error);
      expect(String(failed)).to.contain("more state than fit into one bundle");
    } finally {
      await folder.remove();
    }
  });

  it("is not what a room of 100,000 members makes", async () => {
    const folder = await temporaryDirectory();
    try {
      const room = sampleRoom();
      for (let number = 100; number < 100_100; number++) room.state.push(member(number, 200));
      const file = await writeSample(room, folder.path, "members.zip");
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
      const bundle = await openBundle(file, { keepsState: (type) => type !== "m.room.member" });
      expect(bundle.head.state.map(({ type }) => type)).to.deep.equal(["m.room.create", "m.room.name"]);
      await bundle.close();
    } finally {
      await folder.remove();
    }
  });

  it("is none for packing well: what would pack too well is stored", async () => {
    const folder = await temporaryDirectory();
    try {
      const room = sampleRoom();
      for (let number = 0; number < 6; number++)
        room.media.push({
          name: `${number}.txt`,
          mimetype: "text/plain",
          uri: `mxc://acme.test/zeros${number}`,
          bytes: Buffer.alloc(50_000_000, String(number)),
        });
      const { faults } = await verifyBundle(await writeSample(room, folder.path, "zeros.zip"));
      expect(faults).to.deep.equal([]);
    } finally {
      await folder.remove();
    }
  });
});
