import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { pemOf, publicKeysIn } from "../../../src/bundle/public-keys.ts";
import { keyIdOf, type BundleSigner } from "../../../src/bundle/signature.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { writeBundle } from "../../../src/bundle/write-bundle.ts";
import { documentedCheck } from "../../support/documented-check.ts";
import { testSigner } from "../../support/test-signer.ts";
import { headOf, sampleRoom, temporaryDirectory } from "./sample.ts";

describe("the signature of a bundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let signer: BundleSigner;
  let file: string;
  before(async () => {
    directory = await temporaryDirectory();
    signer = testSigner();
    file = await written({ signer });
  });
  after(() => directory.remove());

  async function written(options: { signer?: BundleSigner; name?: string; to?: string }): Promise<string> {
    const room = sampleRoom();
    room.media = [];
    room.events = room.events.filter(({ content }) => content["msgtype"] !== "m.image");
    room.head = (head) => (head.room.name = options.name ?? "Tea");
    const path = join(directory.path, options.to ?? "room.zip");
    const events = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for (const event of room.events) yield Buffer.from(`${JSON.stringify(event)}\n`);
    };
    await writeBundle(createWriteStream(path), {
      head: headOf(room),
      events: events(),
      media: [],
      signer: options.signer,
    });
    return path;
  }

  /** The comment of this archive in place of another one's. */
  async function withComment(comment: string | Buffer): Promise<string> {
    const archive = await readFile(await written({ to: "bare.zip" }));
    const length = Buffer.alloc(2);
    length.writeUInt16LE(Buffer.byteLength(comment));
    const path = join(directory.path, "other.zip");
    await writeFile(path, Buffer.concat([archive.subarray(0, -2), length, Buffer.from(comment)]));
    return path;
  }
  const commentOf = async (path: string): Promise<string> => {
    const archive = await readFile(path);
    return archive.subarray(archive.lastIndexOf("PK\x05\x06") + 22).toString();
  };

  it("is found, right, and the same each time", async () => {
    const { ok, signature, manifest_sha256 } = await verifyBundle(file);
    expect({ ok, signature }).to.deep.equal({
      ok: true,
      signature: { key_id: keyIdOf(signer.publicKey), public_key: signer.publicKey },
    });
    expect(manifest_sha256).to.match(/^[0-9a-f]{64}$/);
    const first = await readFile(file);
    expect((await readFile(await written({ signer, to: "again.zip" }))).equals(first)).to.equal(true);
  });

  it("is checked by the commands of the documentation, which also find it wrong", async () => {
    await writeFile(join(directory.path, "key.pem"), pemOf(signer.publicKey));
    expect(await documentedCheck(directory.path)).to.deep.include({
      ok: true,
      output: "Signature Verified Successfully\n",
    });
    await writeFile(join(directory.path, "key.pem"), pemOf(testSigner().publicKey));
    expect((await documentedCheck(directory.path)).ok).to.equal(false);
  });

  it("is a fault where it belongs to another manifest, or has another shape", async () => {
    const other = await commentOf(await written({ signer, name: "Coffee", to: "coffee.zip" }));
    const good = JSON.parse(await commentOf(await written({ signer, to: "good.zip" }))) as Record<string, string>;
    const changed = (change: object): string => JSON.stringify({ ...good, ...change });
    for (const comment of [
      other,
      changed({ public_key: testSigner().publicKey }),
      changed({ key_id: "ed25519:0000000000000000" }),
      changed({ algorithm: "rsa" }),
      changed({ signature: "AAAA" }),
      changed({ signature: Buffer.alloc(64).toString("base64") }),
      changed({ public_key: 7 }),
    ]) {
      const { faults, signature } = await verifyBundle(await withComment(comment));
      expect(
        faults.map(({ code }) => code),
        comment,
      ).to.deep.equal(["signature_invalid"]);
      expect(signature).to.equal(null);
    }
  });

  it("is not there in a bundle without one, whatever else its archive's comment says", async () => {
    for (const comment of ["", "packed with care", '{"type":"other"}', Buffer.from([0xff, 0xfe, 0x7b])]) {
      expect(await verifyBundle(await withComment(comment))).to.deep.include({ ok: true, signature: null });
    }
  });

  it("does not keep a reader of an earlier version from the bundle", async () => {
    await (await openBundle(file)).close();
  });
});

describe("a public key", () => {
  it("is read in base64 and in PEM, also with words around it", () => {
    const [one, two] = [testSigner().publicKey, testSigner().publicKey];
    expect(publicKeysIn(` ${one}\n`)).to.deep.equal([one]);
    expect(publicKeysIn(`a key\n${pemOf(one)}and another\n${pemOf(two)}`)).to.deep.equal([one, two]);
  });

  it("is not read out of anything else", () => {
    const rsa = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n";
    for (const text of ["", "AAAA", "hello", rsa, pemOf(testSigner().publicKey) + rsa])
      expect(publicKeysIn(text), text).to.deep.equal([]);
  });
});
