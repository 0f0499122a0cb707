import { expect } from "chai";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { plainForm } from "../../../src/bundle/decrypted/plain-form.ts";
import { eventLine } from "../../../src/bundle/manifest/manifest-lines.ts";
import type { BundleEvent, ManifestHead } from "../../../src/bundle/manifest/manifest.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import type { BundleSigner } from "../../../src/bundle/signature.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { writeBundle } from "../../../src/bundle/write-bundle.ts";
import { decryptBundle } from "../../../src/decrypt/decrypt-bundle.ts";
import type { DecryptReport } from "../../../src/decrypt/decrypt-exported.ts";
import type { FileSource } from "../../../src/decrypt/decrypted-files.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { fakeDecryptor, sealed } from "../../support/sealed-events.ts";
import { testSigner } from "../../support/test-signer.ts";
import { ALICE, BOB, headOf, message, sampleRoom, temporaryDirectory } from "../bundle/sample.ts";

const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
const plain = (content: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "m.room.message",
  content,
  ...more,
});

/** An encrypted event of the sample room. */
function encrypted(number: number, sender: string, content: JsonObject): BundleEvent {
  return message(number, sender, content, { type: "m.room.encrypted" });
}

describe("decrypting a bundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => (directory = await temporaryDirectory()));
  afterEach(() => directory.remove());

  /** @param exportedFile of `mxc://acme.test/exported` */
  async function exported(events: BundleEvent[], signer?: BundleSigner, exportedFile?: Buffer): Promise<string> {
    const room = sampleRoom();
    const files = exportedFile
      ? [{ bytes: exportedFile, name: "cup.png", mimetype: "image/png", uri: "mxc://acme.test/exported" }]
      : [];
    room.media = files;
    room.events = [...room.events.slice(0, 10), ...events];
    room.head = (head: ManifestHead) =>
      (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
    const file = join(directory.path, "exported.zip");
    const lines = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(room.events.map(eventLine).join(""));
    };
    const media = files.map(({ bytes: of, ...about }) => ({
      ...about,
      ...{ sha256: createHash("sha256").update(of).digest("hex"), size: of.length },
      file: async () => Readable.from([of]),
    }));
    await writeBundle(createWriteStream(file), { head: headOf(room), events: lines(), media, signer });
    return file;
  }

  async function decrypt(
    file: string,
    sessions: readonly string[],
    files?: FileSource,
  ): Promise<{ file: string; report: DecryptReport }> {
    const to = join(directory.path, "decrypted.zip");
    const options = { decryptor: fakeDecryptor(sessions, { late: "later_index" }), files, folder: directory.path };
    const report = await decryptBundle(file, options, (write) => write(createWriteStream(to)));
    return { file: to, report };
  }

  async function contents(file: string): Promise<{ head: ManifestHead; events: BundleEvent[] }> {
    const bundle = await openBundle(file);
    const events: BundleEvent[] = [];
    for await (const event of bundle.events()) events.push(event);
    await bundle.close();
    return { head: bundle.head, events };
  }

  it("puts what a ciphertext holds beside it, and what is left without that is still what was signed", async () => {
    const signer = testSigner();
    const before = await exported(
      [
        encrypted(20, ALICE, sealed("a", 0, plain(text("Hello 🍵 \u2028")))),
        encrypted(21, BOB, sealed("b", 0, plain(text("not for you")))),
        encrypted(22, ALICE, sealed("late", 0, plain(text("too early")))),
        encrypted(23, ALICE, { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x", session_id: "b" }),
      ],
      signer,
    );
    const { file, report } = await decrypt(before, ["a"]);
    const first = await verifyBundle(before);
    const verified = await verifyBundle(file);
    expect(verified.faults).to.deep.equal([]);
    expect(verified.decryption).to.deep.equal({
      encrypted: 4,
      decrypted: 1,
      exported_manifest_sha256: first.manifest_sha256,
      signature: first.signature,
    });
    expect(verified.signature).to.equal(null);
    expect(first.signature?.public_key).to.equal(signer.publicKey);
    const [old, now] = [await contents(before), await contents(file)];
    expect(now.events.map(({ decrypted: _added, ...event }) => event)).to.deep.equal(old.events);
    expect(now.events.at(-4)?.decrypted).to.deep.equal({
      ...plain(text("Hello 🍵 \u2028")),
      session_id: "a",
      sender_key: "key of a",
    });
    expect(now.head.ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["decryption_no_key", "$event-21"],
      ["decryption_later_index", "$event-22"],
    ]);
    expect(now.head.ledger[0]?.message).to.contain("1 more of its session");
    expect(report).to.deep.include({ encrypted: 4, decrypted: 1, closed: { no_key: 2, later_index: 1 } });
    expect(now.head.coverage.complete).to.equal(false);
    expect((await readdir(directory.path)).sort()).to.deep.equal(["decrypted.zip", "exported.zip"]);
  });

  it("is checked where the manifest is far longer than what of it is in memory at once", async () => {
    const long = Array.from({ length: 300 }, (_, index) =>
      encrypted(20 + index, ALICE, sealed("a", index, plain(text(`${index} `.repeat(1000))))),
    );
    const before = await exported(long);
    const { file } = await decrypt(before, ["a"]);
    const verified = await verifyBundle(file);
    expect(verified.faults).to.deep.equal([]);
    expect(verified.decryption).to.deep.include({
      decrypted: 300,
      exported_manifest_sha256: (await verifyBundle(before)).manifest_sha256,
    });
    expect((await contents(file)).events.at(-1)?.decrypted).to.deep.include(plain(text("299 ".repeat(1000))));
  });

  it("lets nobody speak for somebody else, twice, or as what is never encrypted", async () => {
    const once = sealed("a", 1, plain(text("pay")));
    const relation = { rel_type: "m.thread", event_id: "$event-2" };
    const { file } = await decrypt(
      await exported([
        encrypted(20, ALICE, sealed("a", 0, plain(text("one")))),
        encrypted(21, ALICE, once),
        encrypted(22, ALICE, once),
        encrypted(23, BOB, sealed("a", 2, plain(text("not mine")))),
        encrypted(24, ALICE, sealed("a", 3, { type: "m.room.redaction", content: {}, redacts: "$event-2" })),
        encrypted(25, ALICE, sealed("a", 4, { type: "m.room.name", content: { name: "Mine" }, state_key: "" })),
        encrypted(26, ALICE, sealed("a", 5, plain(text("thread", { "m.relates_to": relation })), undefined)),
      ]),
      ["a"],
    );
    expect((await verifyBundle(file)).faults).to.deep.equal([]);
    const { head, events } = await contents(file);
    const opened = events.filter(({ decrypted }) => decrypted).map(({ event_id: id }) => id);
    expect(opened).to.deep.equal(["$event-20", "$event-21", "$event-26"]);
    expect(head.ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["decryption_replayed", "$event-22"],
      ["decryption_other_sender", "$event-23"],
      ["decryption_not_allowed", "$event-24"],
      ["decryption_relation", "$event-26"],
    ]);
  });

  describe("with files", () => {
    const bytes = randomBytes(100_000);
    const key = randomBytes(32);
    const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
    const cipher = createCipheriv("aes-256-ctr", key, iv).update(bytes);
    const described = (url: string, of = cipher): JsonObject => ({
      ...{ url, v: "v2", iv: iv.toString("base64").replace(/=+$/, "") },
      key: { alg: "A256CTR", k: key.toString("base64url"), kty: "oct", ext: true, key_ops: ["encrypt", "decrypt"] },
      hashes: { sha256: createHash("sha256").update(of).digest("base64").replace(/=+$/, "") },
    });
    const picture = (url: string, of = cipher): JsonObject =>
      plain({ msgtype: "m.image", body: "cup.png", file: described(url, of), info: { mimetype: "image/png" } });
    const source: FileSource = (uri) =>
      uri.endsWith("/gone")
        ? Promise.reject(new Error("404 M_NOT_FOUND"))
        : Promise.resolve(
            (async function* () {
              for (let at = 0; at < cipher.length; at += 7777) yield cipher.subarray(at, at + 7777);
            })(),
          );

    it("fetches and decrypts each once, and names in the ledger what is not as its event says", async () => {
      const { file, report } = await decrypt(
        await exported([
          encrypted(20, ALICE, sealed("a", 0, picture("mxc://acme.test/one"))),
          encrypted(21, ALICE, sealed("a", 1, picture("mxc://acme.test/one"))),
          encrypted(22, ALICE, sealed("a", 2, picture("mxc://acme.test/gone"))),
          encrypted(23, ALICE, sealed("a", 3, picture("mxc://acme.test/other", Buffer.from("other")))),
        ]),
        ["a"],
        source,
      );
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
      const { head, events } = await contents(file);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const address = `mxc://decrypted.invalid/${sha256}`;
      expect([...head.media]).to.deep.equal([
        [sha256, { decrypted: true, size: 100_000, mimetype: "image/png", names: ["cup.png"], uris: [address] }],
      ]);
      expect(events.slice(-4).map(({ decrypted }) => decrypted?.files)).to.deep.equal([
        { "mxc://acme.test/one": address },
        { "mxc://acme.test/one": address },
        undefined,
        undefined,
      ]);
      expect(head.ledger.map(({ code, event_id, uri }) => [code, event_id, uri])).to.deep.equal([
        ["decryption_file_unavailable", "$event-22", "mxc://acme.test/gone"],
        ["decryption_file_damaged", "$event-23", "mxc://acme.test/other"],
      ]);
      expect(report).to.include({ files: 1, decrypted: 4 });
    });

    it("fetches those that need no key, too, and says once why one is not there", async () => {
      const html = (uri: string): JsonObject =>
        plain(text("x", { format: "org.matrix.custom.html", formatted_body: `<img src="${uri}">` }));
      const events = [
        encrypted(20, ALICE, sealed("a", 0, html("mxc://acme.test/smile"))),
        encrypted(21, ALICE, sealed("a", 1, html("mxc://acme.test/smile"))),
        encrypted(22, ALICE, sealed("a", 2, html("mxc://acme.test/gone"))),
        encrypted(23, ALICE, sealed("a", 3, html("mxc://acme.test/gone"))),
        encrypted(24, ALICE, sealed("a", 4, picture("mxc://acme.test/one"))),
      ];
      const typed: FileSource = async (uri) => Object.assign(await source(uri), { mimetype: "image/png" });
      const { file } = await decrypt(await exported(events), ["a"], typed);
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
      const { head } = await contents(file);
      const open = [...head.media.values()].find(({ uris }) => uris.includes("mxc://acme.test/smile"));
      expect(open).to.deep.include({ decrypted: true, size: 100_000, mimetype: "image/png" });
      expect(head.ledger.map(({ code, event_id, uri }) => [code, event_id, uri])).to.deep.equal([
        ["decryption_file_unavailable", "$event-22", "mxc://acme.test/gone"],
      ]);

      const left = await decrypt(await exported(events), ["a"]);
      expect((await verifyBundle(left.file)).faults).to.deep.equal([]);
      expect(left.report.ledger).to.deep.equal({ decryption_file_left_out: 3 });
    });

    it("refers to what was exported where that has the same bytes under another address", async () => {
      const before = await exported(
        [
          message(19, ALICE, { msgtype: "m.image", body: "cup.png", url: "mxc://acme.test/exported" }),
          encrypted(
            20,
            ALICE,
            sealed("a", 0, plain({ msgtype: "m.image", body: "cup.png", url: "mxc://acme.test/again" })),
          ),
        ],
        undefined,
        cipher,
      );
      const { file } = await decrypt(before, ["a"], source);
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
      const { head, events } = await contents(file);
      expect(head.media.size).to.equal(1);
      expect(events.at(-1)?.decrypted?.files).to.deep.equal({ "mxc://acme.test/again": "mxc://acme.test/exported" });
      const last = events.at(-1);
      expect(last && plainForm(last, head).content["url"]).to.equal("mxc://acme.test/exported");
    });

    it("calls the bundle complete once every event and file is there", async () => {
      const { file } = await decrypt(
        await exported([encrypted(20, ALICE, sealed("a", 0, picture("mxc://acme.test/one")))]),
        ["a"],
        source,
      );
      expect((await contents(file)).head.coverage).to.deep.equal({ complete: true, limits: [] });
      expect((await verifyBundle(file)).faults).to.deep.equal([]);
    });
  });
});
