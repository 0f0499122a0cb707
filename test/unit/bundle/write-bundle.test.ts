import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { crc32, inflateRawSync } from "node:zlib";
import { expect } from "chai";
import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { eventLine } from "../../../src/bundle/manifest/manifest-lines.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { writeBundle } from "../../../src/bundle/write-bundle.ts";
import { parseJson, type JsonValue } from "../../../src/matrix/json.ts";
import { rawEntries } from "./raw-zip.ts";
import { message, sampleRoom, temporaryDirectory, writeSample, ALICE } from "./sample.ts";
import { turns } from "../../support/until.ts";

/** The entries of an archive as somebody finds them who reads a stream: without its directory, without a look ahead. */
function* entriesFromBeginning(zip: Buffer): Generator<{ name: string; data: Buffer }> {
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const hasDescriptor = (zip.readUInt16LE(at + 6) & 8) !== 0;
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 30, at + 30 + zip.readUInt16LE(at + 26));
    if (zip.readUInt16LE(at + 8) === 8) {
      // deflated data end by themselves
      const { buffer, engine } = inflateRawSync(zip.subarray(start), { info: true }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      at = start + engine.bytesWritten + (hasDescriptor ? 16 : 0);
      yield { name, data: buffer };
    } else {
      expect(hasDescriptor, "nobody could tell where these data end").to.equal(false);
      at = start + zip.readUInt32LE(at + 18);
      yield { name, data: zip.subarray(start, at) };
    }
  }
  expect(zip.readUInt32LE(at)).to.equal(0x02014b50);
}

async function* none(): AsyncGenerator<Buffer, void, undefined> {}

describe("writeBundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => void (directory = await temporaryDirectory()));
  afterEach(() => directory.remove());

  it("gives back through openBundle what went in", async () => {
    const room = sampleRoom();
    const bundle = await openBundle(await writeSample(room, directory.path, "a.zip"));
    const events: BundleEvent[] = [];
    for await (const event of bundle.events()) events.push(event);
    expect(events).to.deep.equal(room.events);
    expect(bundle.head.state).to.deep.equal(room.state);
    expect(bundle.head.senders.get(ALICE)).to.deep.equal({ display_name: null, avatar: null, foreign: false });
    const [sha256] = [...bundle.head.media.keys()];
    expect(bundle.mediaFileName(sha256 as string)).to.equal("cup.png");
    const chunks: Buffer[] = [];
    for await (const chunk of await bundle.openMedia(sha256 as string)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).to.equal("a picture of a cup");
    await bundle.close();
  });

  it("gives the events again, also after a reader that left early", async () => {
    const room = sampleRoom();
    const bundle = await openBundle(await writeSample(room, directory.path, "a.zip"));
    for await (const event of bundle.events()) {
      expect(event.event_id).to.equal("$event-0");
      break;
    }
    for (const _again of [1, 2]) {
      let count = 0;
      for await (const batch of bundle.eventBatches()) count += batch.length;
      expect(count).to.equal(room.events.length);
    }
    await bundle.close();
  });

  it("writes one event a line, in canonical JSON, after everything else", async () => {
    const room = sampleRoom();
    const [manifest] = rawEntries(await readFile(await writeSample(room, directory.path, "a.zip")));
    const text = (manifest as { data: Buffer }).data.toString();
    const lines = text.split("\n");
    const start = lines.indexOf('"events":[');
    expect(lines.slice(start + 1, -3).map((line) => parseJson(line.replace(/,$/, "")))).to.deep.equal(room.events);
    expect(lines.slice(-3)).to.deep.equal(["]", "}", ""]);
    expect(lines.filter((line) => /^"exported_(?:at|by)":"[^"]*",$/.test(line))).to.have.length(2);
    expect(Object.keys(JSON.parse(text) as object)).to.deep.equal(
      "format format_version generator exported_at exported_by source room coverage counts senders media ledger state events".split(
        " ",
      ),
    );
    expect(text).to.contain(`\n{"content":{"name":"Tea"},"event_id":"$event-1","origin_server_ts":1700000001000,`);
  });

  it("keeps numbers, lone surrogates and dangerous keys", async () => {
    const text = '{"__proto__":{"a":1.0},"big":1152921504606846976,"constructor":[],"half":"\\ud800","minus":-0}';
    const room = { ...sampleRoom(), events: [message(1, ALICE, parseJson(text) as BundleEvent["content"])] };
    const bundle = await openBundle(await writeSample(room, directory.path, "a.zip"));
    for await (const event of bundle.events()) expect(JSON.stringify(event.content)).to.equal(text);
    await bundle.close();
  });

  it("gives the same bytes for the same content", async () => {
    const [one, two] = await Promise.all(
      ["a.zip", "b.zip"].map((name) => writeSample(sampleRoom(), directory.path, name)),
    );
    expect((await readFile(one as string)).equals(await readFile(two as string))).to.equal(true);
  });

  it("does not write events that a reader would refuse", async () => {
    const nested = (depth: number): BundleEvent => {
      let value: JsonValue = [];
      for (let level = 3; level < depth; level++) value = [value, "]]}}"];
      return message(1, ALICE, { value });
    };
    const sized = (bytes: number): BundleEvent => {
      const empty = eventLine(message(1, ALICE, { body: "" })).length - 1;
      return message(1, ALICE, { body: "é".repeat((bytes - empty) / 2) + "x".repeat((bytes - empty) % 2) });
    };
    expect(() => eventLine(nested(1001))).to.throw(RangeError);
    expect(() => eventLine(sized(1024 * 1024 + 1))).to.throw(RangeError);
    const room = { ...sampleRoom(), events: [nested(1000), sized(1024 * 1024)] };
    const bundle = await openBundle(await writeSample(room, directory.path, "a.zip"));
    let read = 0;
    for await (const event of bundle.events()) read += Object.keys(event.content).length;
    expect(read).to.equal(2);
    await bundle.close();
  });

  it("writes empty rooms", async () => {
    const file = await writeSample({ ...sampleRoom(), events: [], state: [], media: [] }, directory.path, "a.zip");
    const bundle = await openBundle(file);
    for await (const event of bundle.events()) expect.fail(event.event_id);
    expect(bundle.head.counts.events).to.equal(0);
    await bundle.close();
  });

  it("stores compressed media and deflates text, sorted by hash, each once", async () => {
    const room = sampleRoom();
    room.media = [
      "image/png",
      "text/plain",
      "image/svg+xml",
      "application/octet-stream",
      "application/json",
      "video/mp4",
    ].map((mimetype, index) => ({
      name: `${index}.bin`,
      mimetype,
      uri: `mxc://acme.test/${index}`,
      bytes: Buffer.alloc(5000, mimetype),
    }));
    room.media.push({ ...(room.media[0] as (typeof room.media)[0]), name: "again.png", uri: "mxc://acme.test/again" });
    const file = await writeSample(room, directory.path, "a.zip");
    const [manifest, ...media] = rawEntries(await readFile(file));
    expect(manifest).to.include({ name: "manifest.json", method: 8 });
    expect(media.map(({ name }) => name)).to.deep.equal(media.map(({ name }) => name).sort());
    const methods = Object.fromEntries(media.map(({ name, method }) => [name.slice(-5), method]));
    expect(methods).to.deep.equal({ "0.bin": 0, "1.bin": 8, "2.bin": 8, "3.bin": 0, "4.bin": 8, "5.bin": 0 });
    for (const { name, data } of media)
      expect(name.split("/")[1]).to.equal(createHash("sha256").update(data).digest("hex"));
  });

  it("reads the same from its beginning as by its directory", async () => {
    const room = sampleRoom();
    const bytes = Buffer.from(`PK\x07\x08 PK\x03\x04 poses as an entry  PK\x01\x02`);
    room.media.push({ name: "\u00fc.png", mimetype: "image/png", uri: "mxc://acme.test/posing", bytes });
    room.media.push({ name: "empty.txt", mimetype: "text/plain", uri: "mxc://acme.test/0", bytes: Buffer.alloc(0) });
    const zip = await readFile(await writeSample(room, directory.path, "a.zip"));
    const streamed = [...entriesFromBeginning(zip)];
    expect(streamed).to.deep.equal(rawEntries(zip).map(({ name, data }) => ({ name, data })));
    expect(streamed).to.have.length(4);
  });

  it("tells hash and size of what it wrote", async () => {
    const file = join(directory.path, "a.zip");
    await writeSample(sampleRoom(), directory.path, "sample.zip");
    const { head, close } = await openBundle(join(directory.path, "sample.zip"));
    await close();
    const { sha256, size } = await writeBundle(createWriteStream(file), { head, events: none(), media: [] });
    expect(
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    ).to.equal(sha256);
    expect((await stat(file)).size).to.equal(size);
  });

  it("writes small pieces together, and copies no large ones", async () => {
    const room = sampleRoom();
    room.media = Array.from({ length: 51 }, (_, index) => ({
      ...{ name: `${index}.png`, mimetype: "image/png", uri: `mxc://acme.test/${index}` },
      bytes: Buffer.alloc(index === 0 ? 100_000 : 500, index + 1),
    }));
    const bundle = await openBundle(await writeSample(room, directory.path, "sample.zip"));
    await bundle.close();
    const written: Buffer[] = [];
    const out = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk);
        done();
      },
    });
    const media = room.media.map(({ bytes, ...file }) => ({
      ...{ name: file.name, mimetype: file.mimetype, size: bytes.length, crc32: crc32(bytes) },
      ...{ sha256: createHash("sha256").update(bytes).digest("hex"), file: { read: () => Promise.resolve(bytes) } },
    }));
    await writeBundle(out, { head: bundle.head, events: none(), media });
    expect(rawEntries(Buffer.concat(written))).to.have.length(52);
    // what stands before the large one, and what behind it
    expect(written.map((piece) => piece === room.media[0]?.bytes)).to.deep.equal([false, true, false]);
  });

  describe("fails, leaving nothing open,", () => {
    const content = async (): Promise<Parameters<typeof writeBundle>[1]> => {
      const bundle = await openBundle(await writeSample(sampleRoom(), directory.path, "sample.zip"));
      await bundle.close();
      return { head: bundle.head, events: none(), media: [] };
    };
    const failureOf = (act: Promise<unknown>): Promise<unknown> =>
      act.then(
        () => expect.fail("it succeeded"),
        (error: unknown) => error,
      );

    it("where the events fail", async () => {
      const broken = (async function* () {
        yield Buffer.from("{}\n");
        throw new Error("spool gone");
      })();
      const out = createWriteStream(join(directory.path, "x.zip"));
      const error = await failureOf(writeBundle(out, { ...(await content()), events: broken }));
      expect(error).to.have.property("message", "spool gone");
      expect(out.destroyed).to.equal(true);
    });

    it("where a media file is missing or was cut", async () => {
      const file = join(directory.path, "short");
      await writeFile(file, "short");
      const medium = { sha256: "0".repeat(64), file, name: "x", mimetype: "image/png", size: 6 };
      const out = (): Writable => createWriteStream(join(directory.path, "x.zip"));
      const cut = await failureOf(writeBundle(out(), { ...(await content()), media: [medium] }));
      expect(cut).to.have.property("message").that.contains("not as long");
      const gone = await failureOf(
        writeBundle(out(), { ...(await content()), media: [{ ...medium, file: `${file}.gone` }] }),
      );
      expect(gone).to.have.property("code", "ENOENT");
      expect(existsSync(file)).to.equal(true);
    });

    it("where a file is not what its checksum says that it is", async () => {
      const file = { read: () => Promise.resolve(Buffer.from("changed")) };
      const medium = {
        sha256: "0".repeat(64),
        file,
        name: "x",
        mimetype: "image/png",
        size: 7,
        crc32: crc32("as it was"),
      };
      const out = (): Writable => createWriteStream(join(directory.path, "x.zip"));
      const failure = await failureOf(writeBundle(out(), { ...(await content()), media: [medium] }));
      expect(failure).to.have.property("message").that.contains("has changed");
      await writeBundle(out(), { ...(await content()), media: [{ ...medium, crc32: crc32("changed") }] });
    });

    it("where the reader goes away, and stops asking for events", async () => {
      let asked = 0;
      let closed = false;
      const endless = (async function* () {
        try {
          for (;;) {
            asked++;
            yield Buffer.from(
              `${JSON.stringify({ noise: createHash("sha512").update(String(asked)).digest("hex") })}\n`.repeat(500),
            );
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          closed = true;
        }
      })();
      let bytes = 0;
      const out = new Writable({
        write(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          done(bytes > 20_000 ? new Error("gone") : null);
        },
      });
      expect(await failureOf(writeBundle(out, { ...(await content()), events: endless }))).to.have.property(
        "message",
        "gone",
      );
      const before = asked;
      await turns(500);
      expect(asked - before).to.be.lessThan(2);
      expect(closed).to.equal(true);
    });

    it("with the signal's reason", async () => {
      const stop = new AbortController();
      const waiting = (async function* () {
        yield Buffer.from("{}\n");
        stop.abort(new Error("cancelled"));
        await turns();
        yield Buffer.from("{}\n");
      })();
      const out = createWriteStream(join(directory.path, "x.zip"));
      const error = await failureOf(writeBundle(out, { ...(await content()), events: waiting }, stop.signal));
      expect(error).to.have.property("message", "cancelled");
      expect(out.destroyed).to.equal(true);
    });
  });

  it("waits for a slow reader instead of buffering", async () => {
    let produced = 0;
    let consumed = 0;
    let furthest = 0;
    const noise = (async function* () {
      for (let index = 0; index < 200; index++) {
        const chunk = Buffer.concat(
          Array.from({ length: 2048 }, (_, n) => createHash("sha256").update(`${index}/${n}`).digest()),
        );
        produced += chunk.length;
        yield Buffer.from(`"${chunk.toString("base64")}"\n`);
      }
    })();
    const out = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, done) {
        consumed += chunk.length;
        furthest = Math.max(furthest, produced - consumed);
        setImmediate(done);
      },
    });
    const bundle = await openBundle(await writeSample(sampleRoom(), directory.path, "sample.zip"));
    await bundle.close();
    await writeBundle(out, { head: bundle.head, events: noise, media: [] });
    expect(produced).to.equal(200 * 65536);
    expect(furthest).to.be.lessThan(4_000_000);
  });
});
