import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { FAULTS, type FaultCode } from "../../../../src/bundle/faults.ts";
import { verifyBundle, type Verification } from "../../../../src/bundle/verify/verify.ts";
import { isObject, parseJson, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";
import { importedRoom } from "../imported-sample.ts";
import { rawEntries, rawZip, type RawEntry } from "../raw-zip.ts";
import { ALICE, message, sampleRoom, temporaryDirectory, writeSample } from "../sample.ts";

describe("verifyBundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let good: Buffer;
  before(async () => {
    directory = await temporaryDirectory();
    good = await readFile(await writeSample(sampleRoom(), directory.path, "good.zip"));
  });
  after(() => directory.remove());

  async function verify(zip: Buffer): Promise<Verification> {
    const file = join(directory.path, "tried.zip");
    await writeFile(file, zip);
    return verifyBundle(file);
  }

  /** The codes of the faults found, each once. */
  async function codes(zip: Buffer): Promise<FaultCode[]> {
    const { ok, faults } = await verify(zip);
    expect(ok).to.equal(faults.length === 0);
    return [...new Set(faults.map(({ code }) => code))];
  }

  const entries = (): RawEntry[] => rawEntries(good);
  const manifestOf = (): JsonObject => parseJson((entries()[0] as RawEntry).data.toString()) as JsonObject;
  const withManifest = (text: string): Buffer =>
    rawZip([{ name: "manifest.json", data: Buffer.from(text) }, ...entries().slice(1)]);

  /** The good bundle with something changed in its manifest. */
  function changed(change: (manifest: Record<string, never> & JsonObject) => void): Buffer {
    const manifest = manifestOf();
    change(manifest as Record<string, never> & JsonObject);
    return withManifest(JSON.stringify(manifest));
  }

  /** The good bundle with its entries changed. */
  function repacked(change: (entries: RawEntry[]) => void): Buffer {
    const list = entries();
    change(list);
    return rawZip(list);
  }

  const at = (value: JsonValue | undefined, ...path: (string | number)[]): JsonObject => {
    let here: JsonValue | undefined = value;
    for (const key of path) {
      if (Array.isArray(here)) here = here.at(Number(key));
      else if (isObject(here)) here = key === "*" ? Object.values(here)[0] : here[key];
    }
    return here as JsonObject;
  };
  const listAt = (value: JsonValue | undefined, ...path: (string | number)[]): JsonValue[] =>
    at(value, ...path) as unknown as JsonValue[];

  it("finds nothing wrong with a sound bundle and says what is in it", async () => {
    const seen: [number, number][] = [];
    const file = join(directory.path, "good.zip");
    const result = await verifyBundle(file, { onProgress: (done, total) => seen.push([done, total]) });
    expect(result).to.deep.equal({
      ok: true,
      faults: [],
      fault_count: 0,
      sha256: createHash("sha256").update(good).digest("hex"),
      size: good.length,
      manifest_sha256: createHash("sha256")
        .update(entries()[0]?.data ?? "")
        .digest("hex"),
      signature: null,
      decryption: null,
      events: 12,
      redacted: 1,
      relations: 5,
      targets_outside: 0,
      media_files: 1,
      media_bytes: 18,
      senders: 3,
      ledger: 0,
    });
    const [done, total] = seen.at(-1) as [number, number];
    expect(done).to.equal(total);
  });

  it("takes a bundle that another tool packed and wrote anew", async () => {
    const { events, ...rest } = manifestOf();
    const turned = { events: events as JsonValue, later: { a: [1] }, ...rest };
    for (const indent of [undefined, 2, "\t"]) {
      expect(await codes(withManifest(JSON.stringify(turned, null, indent)))).to.deep.equal([]);
      expect(
        await codes(withManifest(JSON.stringify({ ...rest, events: events as JsonValue, later: 1 }, null, indent))),
      ).to.deep.equal([]);
    }
  });

  it("ignores members that it does not know", async () => {
    const zip = changed((manifest) => {
      for (const holder of [manifest, at(manifest, "room"), at(manifest, "events", 2), at(manifest, "media", "*")])
        Object.assign(holder, { "org.example.new": { x: 1 } });
    });
    expect(await codes(zip)).to.deep.equal([]);
  });

  it("counts relations to what is not in the bundle, without calling them wrong", async () => {
    const room = sampleRoom();
    room.events.push(message(20, ALICE, { body: "?", "m.relates_to": { rel_type: "m.thread", event_id: "$gone" } }));
    room.events.push(message(21, ALICE, { body: "?", "m.relates_to": "odd" }));
    const result = await verifyBundle(await writeSample(room, directory.path, "outside.zip"));
    expect(result).to.include({ ok: true, relations: 6, targets_outside: 1 });
  });

  describe("finds fault with the archive:", () => {
    const media = (list: RawEntry[]): RawEntry => list[1] as RawEntry;
    it("a media file of which one byte was flipped", async () => {
      const broken = Buffer.from(good);
      const place = broken.indexOf("a picture of a cup");
      broken[place + 3] = (broken[place + 3] as number) ^ 1;
      expect(await codes(broken)).to.deep.equal(["entry_damaged"]);
      const repaired = repacked((list) => void (media(list).data = Buffer.from("a picturE of a cup")));
      expect(await codes(repaired)).to.deep.equal(["media_hash"]);
    });

    it("one byte of any piece of a file that takes many reads", async () => {
      const MB = 1024 * 1024;
      const room = sampleRoom();
      const picture = Buffer.from(Uint8Array.from({ length: 3.5 * MB }, (_, place) => (place * 2654435761) >>> 24));
      room.media = room.media.map((file) => ({ ...file, bytes: picture }));
      const large = await readFile(await writeSample(room, directory.path, "large.zip"));
      const whole = await verify(large);
      expect(whole).to.include({ ok: true, media_bytes: picture.length });
      expect(whole.sha256).to.equal(createHash("sha256").update(large).digest("hex"));
      const start = large.indexOf(picture);
      for (const place of [0, MB - 1, MB, 2 * MB + 1, picture.length - 1]) {
        const broken = Buffer.from(large);
        broken[start + place] = (broken[start + place] as number) ^ 1;
        expect(await codes(broken), String(place)).to.deep.equal(["entry_damaged"]);
      }
    });

    it("a byte flipped anywhere", async () => {
      for (let place = 0; place < good.length; place += 13) {
        const broken = Buffer.from(good);
        broken[place] = (broken[place] as number) ^ 0x10;
        const { ok, sha256 } = await verify(broken);
        expect(sha256).not.to.equal(createHash("sha256").update(good).digest("hex"));
        // dates, permissions and versions are nobody's business
        if (ok) expect(rawEntries(broken)).to.deep.equal(rawEntries(good));
      }
    });
  });

  describe("finds fault with the room:", () => {
    it("of imported events, what is not carried of the files that stand for the old ones", async () => {
      const room = importedRoom(sampleRoom(), "new.test");
      const picture = room.events.find(({ content }) => content["url"] === "mxc://new.test/cup")?.content as JsonObject;
      expect(await codes(await readFile(await writeSample(room, directory.path, "imported.zip")))).to.deep.equal([]);
      const origin = picture["io.roomporter.origin"] as JsonObject;
      const extra: JsonObject[] = [
        { content_uri: "mxc://new.test/file", sha256: "0".repeat(64) },
        { media: { "mxc://old.test/a": "mxc://new.test/a" } },
      ];
      for (const more of extra) {
        picture["io.roomporter.origin"] = { ...origin, ...more };
        expect(await codes(await readFile(await writeSample(room, directory.path, "imported.zip")))).to.include(
          "media_unlisted",
        );
      }
    });

    it("a file that the ledger tells of is accounted for", async () => {
      const room = sampleRoom();
      room.events.push(message(20, ALICE, { url: "mxc://acme.test/other" }));
      room.ledger.push({
        code: "media_gone",
        message: "The file is gone.",
        event_id: "$event-20",
        uri: "mxc://acme.test/other",
      });
      expect(await codes(await readFile(await writeSample(room, directory.path, "ledger.zip")))).to.deep.equal([]);
    });

    it("files of the room that are not here, unless an increment leaves them to the earlier bundle", async () => {
      const sum = "0".repeat(64);
      const since = {
        ...{ kind: "since_bundle" as const, manifest_sha256: sum, event_id: "$before" },
        ...{ events: 3, ids_sum: sum, changed: 0 },
      };
      const found = async (limits: (typeof since)[], ...ledger: string[]): Promise<FaultCode[]> => {
        const room = sampleRoom();
        for (const code of ledger) room.ledger.push({ code, message: "The ledger says so." });
        room.head = (head) => {
          head.room.avatar = "mxc://acme.test/not-here";
          if (limits.length > 0) head.coverage = { complete: false, limits };
        };
        return await codes(await readFile(await writeSample(room, directory.path, "increment.zip")));
      };
      expect(await found([since], "media_in_earlier_bundle")).to.deep.equal([]);
      expect(await found([since], "media_gone", "media_in_earlier_bundle")).to.deep.equal([]);
      expect(await found([since], "media_gone")).to.deep.equal(["media_unlisted"]);
      expect(await found([since])).to.deep.equal(["media_unlisted"]);
      expect(await found([], "media_in_earlier_bundle")).to.deep.equal(["media_unlisted"]);
    });

    it("every event dropped, as long as the counts stay", async () => {
      for (let index = 0; index < 12; index++)
        expect(await codes(changed((m) => listAt(m, "events").splice(index, 1)))).to.include("counts_mismatch");
    });
  });

  it("lists the first hundred faults and counts the rest", async () => {
    const room = sampleRoom();
    for (let number = 100; number < 350; number++)
      room.events.push(message(number, ALICE, { url: `mxc://acme.test/${number}` }));
    const result = await verifyBundle(await writeSample(room, directory.path, "many.zip"));
    expect(result).to.include({ ok: false, fault_count: 250, events: 262 });
    expect(result.faults).to.have.length(100);
    expect(result.faults[0]).to.deep.equal({
      code: "media_unlisted",
      message: FAULTS.media_unlisted,
      where: "/events/12",
      event_id: "$event-100",
    });
  });

  it("rejects where there is no file", async () => {
    const failed = await verifyBundle(join(directory.path, "none.zip")).catch((error: unknown) => error);
    expect(failed).to.have.property("code", "ENOENT");
  });
});
