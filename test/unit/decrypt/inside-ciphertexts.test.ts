import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { summaryText } from "../../../src/bundle/summary-text.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { decryptBundle } from "../../../src/decrypt/decrypt-bundle.ts";
import type { DecryptReport } from "../../../src/decrypt/decrypt-exported.ts";
import type { FileSource } from "../../../src/decrypt/decrypted-files.ts";
import { readKeyFile } from "../../../src/decrypt/keys/file/read-key-file.ts";
import { openDecryptor } from "../../../src/decrypt/megolm/open-decryptor.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { convertBundle } from "../../../src/render/convert-to.ts";
import { renderSingleFile } from "../../../src/render/render.ts";
import { keyExport } from "../../support/megolm/key-export.ts";
import { MegolmSession, type ExportedSession } from "../../support/megolm/megolm-session.ts";
import { sealedTwin, type SealedTwin } from "../../support/megolm/sealed-twin.ts";
import { png } from "../../support/pictures.ts";
import { ALICE, BOB, message, sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "../bundle/sample.ts";
import { everyKind } from "../render/every-kind.ts";

/** So many of its messages have files. */
const WITH_FILES = 5;

/** One of everything, and what only clients that encrypt much send. */
function plainRoom(): SampleRoom {
  const { room } = everyKind();
  // its state is many versions of one thing, and it has something that is encrypted already
  const isKept = ({ state_key: key, type }: BundleEvent): boolean =>
    key === undefined ? type !== "m.room.encrypted" : ["m.room.create", "m.room.name", "m.room.topic"].includes(type);
  room.events = room.events.filter(isKept);
  room.state = room.state.filter(isKept);
  const file = (name: string, mimetype: string, bytes: Buffer): string => {
    const uri = `mxc://acme.test/${name.replaceAll(/\W/g, "")}`;
    room.media.push({ name, mimetype, uri, bytes });
    return uri;
  };
  const voice = {
    ...{
      msgtype: "m.audio",
      body: "Voice message",
      filename: "voice.ogg",
      url: file("voice.ogg", "audio/ogg", Buffer.from("OggS voice")),
    },
    ...{ info: { mimetype: "audio/ogg", duration: 1000 }, "org.matrix.msc3245.voice": {} },
    "org.matrix.msc1767.audio": { duration: 1000, waveform: [1, 2, 3] },
  };
  const film = {
    ...{ msgtype: "m.video", body: "pouring.mp4", url: file("pouring.mp4", "video/mp4", Buffer.from("a film")) },
    info: {
      mimetype: "video/mp4",
      thumbnail_url: file("frame.png", "image/png", png(8, [9, 9, 9])),
      thumbnail_info: { mimetype: "image/png", w: 8, h: 8 },
    },
  };
  room.events.push(message(80, ALICE, voice), message(81, ALICE, film));
  return room;
}

describe("what stands inside ciphertexts", function () {
  this.timeout(30_000);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let plain: string;
  let exported: string;
  let decrypted: string;
  let twin: SealedTwin;
  let report: DecryptReport;
  const warnings: string[] = [];
  const hear = ({ message: words }: Error): void => void warnings.push(words);
  before(async () => {
    directory = await temporaryDirectory();
    const room = plainRoom();
    twin = sealedTwin(room);
    plain = await writeSample(room, directory.path, "plain.zip");
    exported = await writeSample(twin.room, directory.path, "exported.zip");
    decrypted = join(directory.path, "decrypted.zip");
    process.on("warning", hear);
    const files = async (uri: string): Promise<AsyncIterable<Buffer>> =>
      (async function* () {
        yield twin.files.get(uri) ?? Buffer.alloc(0);
      })();
    report = await decryptWith(twin.sessions, exported, decrypted, files);
  });
  after(async () => {
    process.off("warning", hear);
    await directory.remove();
  });

  it("is all opened, in a bundle that is sound and whole", async () => {
    expect((await verifyBundle(plain)).faults).to.deep.equal([]);
    expect((await verifyBundle(exported)).faults).to.deep.equal([]);
    expect((await verifyBundle(decrypted)).faults).to.deep.equal([]);
    expect(report).to.deep.include({ closed: {}, decrypted: twin.sealed, files: twin.files.size });
    expect(twin.sealed).to.be.above(20);
    expect(warnings, "however many files there are").to.deep.equal([]);
  });

  for (const form of ["text", "markdown"] as const)
    it(`reads as if it had never been encrypted: as ${form}`, async () => {
      expect(await textOf(decrypted, form)).to.equal(await textOf(plain, form));
      expect(await textOf(exported, form)).not.to.equal(await textOf(plain, form));
    });

  it("reads so as pages", async () => {
    const [mine, theirs] = [await messagesOf(decrypted), await messagesOf(plain)];
    expect(mine).to.deep.equal(theirs).and.to.have.length.above(15);
    expect(mine).not.to.deep.equal(await messagesOf(exported));
  });

  it("differs from the exported room in nothing, and from the plain one in the addresses of files alone", async () => {
    expect((await diffBundles(decrypted, exported)).differences).to.deep.equal([]);
    const { differences } = await diffBundles(decrypted, plain);
    const others = differences.filter(({ kind, message: words }) => kind !== "media" && !/_?url\.$/.test(words));
    expect(others).to.deep.equal([]);
    expect(new Set(differences.map(({ event_id: id }) => id))).to.have.property("size", WITH_FILES);
  });

  it("is counted by whoever sums it up", async () => {
    const summary = await summarizeBundle(decrypted);
    expect(summaryText(summary)).to.contain(`Decrypted ${twin.sealed} of ${twin.sealed} encrypted events`);
    expect(summary.time_span).to.deep.equal((await summarizeBundle(plain)).time_span);
  });

  /** The messages and changes of the page, as they stand in it. */
  async function messagesOf(file: string): Promise<string[]> {
    const bundle = await openBundle(file);
    const to = join(directory.path, `${basename(file)}.html`);
    await renderSingleFile(bundle, to);
    await bundle.close();
    const page = await readFile(to, "utf8");
    return [...page.matchAll(/<article .*?<\/article>/gs)].map(([article]) => article);
  }
});

describe("ciphertexts that claim what they must not", () => {
  it("change nothing, name nobody else and count once, wherever the room is read", async () => {
    const directory = await temporaryDirectory();
    try {
      const room = sampleRoom();
      const [alices, bobs] = [new MegolmSession(room.roomId), new MegolmSession(room.roomId)];
      const sessions = [alices.exported(), bobs.exported()];
      const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
      const inside = (rel_type: string, event: number): JsonObject => ({
        "m.relates_to": { rel_type, event_id: `$event-${event}` },
      });
      const edit = { ...text("* forged"), "m.new_content": text("forged"), ...inside("m.replace", 20) };
      const twice = alices.encrypt("m.room.message", text("said once"));
      const sealed: [string, JsonObject][] = [
        [ALICE, alices.encrypt("m.room.message", text("as it was"))],
        [ALICE, twice],
        [ALICE, twice],
        // by somebody who was given the session
        [BOB, alices.encrypt("m.room.message", text("put into her mouth"))],
        [BOB, bobs.encrypt("m.room.redaction", {}, { redacts: "$event-20" })],
        // state is refused by the library already
        [BOB, bobs.encrypt("m.room.name", { name: "Bob's" }, { state_key: "" })],
        [BOB, bobs.encrypt("m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2" })],
        // without a relation beside it, it is a message of its own
        [ALICE, alices.encrypt("m.room.message", edit)],
        // the one beside it counts
        [
          BOB,
          { ...bobs.encrypt("m.room.message", text("threaded", inside("m.thread", 21))), ...inside("m.thread", 2) },
        ],
      ];
      sealed.forEach(([sender, content], at) =>
        room.events.push(message(20 + at, sender, content, { type: "m.room.encrypted" })),
      );
      room.head = (head) => (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
      const exported = await writeSample(room, directory.path, "exported.zip");
      const decrypted = join(directory.path, "decrypted.zip");
      const report = await decryptWith(sessions, exported, decrypted);
      expect(report.closed).to.deep.equal({ replayed: 1, other_sender: 1, not_allowed: 2, malformed: 1 });
      expect(report.ledger).to.include({ decryption_relation: 2 });
      expect((await verifyBundle(decrypted)).faults).to.deep.equal([]);
      expect((await diffBundles(decrypted, exported)).differences).to.deep.equal([]);
      const shown = await textOf(decrypted, "text");
      expect(shown).to.contain("as it was").and.not.contain("her mouth").and.not.contain("Bob's");
      expect(shown.match(/said once/g)).to.have.length(1);
      expect(shown).to.match(/@alice:acme\.test: \* forged/);
      expect(shown.split("\n").find((line) => line.includes("threaded")))
        .to.contain("thread")
        .and.not.contain("#14");
      expect((await summarizeBundle(decrypted)).room.name).to.equal("Tea");
    } finally {
      await directory.remove();
    }
  });
});

/** Decrypts a bundle with a key file of these sessions. */
async function decryptWith(
  sessions: readonly ExportedSession[],
  from: string,
  to: string,
  files?: FileSource,
): Promise<DecryptReport> {
  const keys = await readKeyFile(Buffer.from(keyExport(sessions, "tea")), "tea");
  const decryptor = await openDecryptor(keys);
  try {
    const options = { decryptor, files, folder: dirname(to) };
    return await decryptBundle(from, options, (write) => write(createWriteStream(to)));
  } finally {
    await decryptor.close();
  }
}

async function textOf(file: string, form: "text" | "markdown"): Promise<string> {
  let text = "";
  for await (const piece of convertBundle(file, form)) text += piece;
  return text;
}
