import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { BundleError, type FaultCode } from "../../../src/bundle/faults.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle, type Verification } from "../../../src/bundle/verify.ts";
import { isObject, parseJson, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { importedRoom } from "./imported-sample.ts";
import { rawEntries, rawZip, type RawEntry } from "./raw-zip.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "./sample.ts";

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

  /** The codes of the faults found, each once; opening must refuse what it can see by itself. */
  async function codes(zip: Buffer): Promise<FaultCode[]> {
    const { ok, faults } = await verify(zip);
    expect(ok).to.equal(faults.length === 0);
    return [...new Set(faults.map(({ code }) => code))];
  }

  async function opening(zip: Buffer): Promise<string> {
    const file = join(directory.path, "opened.zip");
    await writeFile(file, zip);
    return openBundle(file).then(
      async (bundle) => {
        await bundle.close();
        return "opened";
      },
      (error: unknown) => (error instanceof BundleError ? error.code : String(error)),
    );
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
    const cases: [string, FaultCode, () => Buffer][] = [
      ["what is no ZIP", "zip_unreadable", () => Buffer.from("not a zip")],
      ["an empty file", "zip_unreadable", () => Buffer.alloc(0)],
      ["a file cut short", "zip_unreadable", () => good.subarray(0, -30)],
      ["a directory cut out", "zip_unreadable", () => Buffer.concat([good.subarray(0, 200), good.subarray(-22)])],
      ["no manifest", "manifest_missing", () => repacked((list) => void list.shift())],
      ["two manifests", "entry_duplicate", () => repacked((list) => list.push(list[0] as RawEntry))],
      [
        "two files for one hash",
        "entry_duplicate",
        () =>
          repacked((list) => list.push({ ...media(list), name: media(list).name.toString().replace("cup", "mug") })),
      ],
      [
        "a file beside",
        "entry_name",
        () => repacked((list) => list.push({ name: "readme.txt", data: Buffer.from("hi") })),
      ],
      [
        "a directory entry",
        "entry_name",
        () => repacked((list) => list.push({ name: "media/", data: Buffer.alloc(0), method: 0 })),
      ],
      [
        "a path that climbs",
        "entry_name",
        () => repacked((list) => void (media(list).name = `media/${"0".repeat(64)}/../../x`)),
      ],
      ["an absolute path", "entry_name", () => repacked((list) => void (media(list).name = "/etc/passwd"))],
      [
        "a file name with a backslash",
        "entry_name",
        () => repacked((list) => void (media(list).name = media(list).name.toString().replace("cup", "..\\cup"))),
      ],
      [
        "a file name that turns its direction",
        "entry_name",
        () => repacked((list) => void (media(list).name = media(list).name.toString().replace("cup", "\u202ecup"))),
      ],
      [
        "a file name that is not UTF-8",
        "entry_name",
        () =>
          repacked(
            (list) => void (media(list).name = Buffer.concat([Buffer.from(media(list).name), Buffer.from([0xff])])),
          ),
      ],
      ["a link", "entry_not_file", () => repacked((list) => void (media(list).mode = 0o120777))],
      [
        "an encrypted entry",
        "entry_encrypted",
        () => repacked((list) => void Object.assign(media(list), { flags: 1, method: 8 })),
      ],
      ["an unknown method", "entry_method", () => repacked((list) => void (media(list).method = 12))],
      ["overlapping entries", "entry_overlap", () => repacked((list) => void (media(list).offset = 10))],
      [
        "a medium that is not listed",
        "entry_unlisted",
        () => repacked((list) => list.push({ name: `media/${"0".repeat(64)}/x`, data: Buffer.from("x") })),
      ],
      ["a medium that is missing", "media_missing", () => repacked((list) => void list.pop())],
      [
        "a medium longer than listed",
        "media_size",
        () => repacked((list) => void (media(list).data = Buffer.concat([media(list).data, Buffer.from("!")]))),
      ],
    ];
    for (const [what, code, make] of cases)
      it(what, async () => {
        expect(await codes(make())).to.include(code);
        expect(await opening(make())).to.equal(code);
      });

    it("another name in the entry's own header", async () => {
      const zip = repacked((list) => void (media(list).localName = "media/evil"));
      expect(await codes(zip)).to.deep.equal(["entry_header"]);
    });

    it("a manifest that unpacks to more, or to less, than it says", async () => {
      const size = (by: number) =>
        repacked((list) => void ((list[0] as RawEntry).size = (list[0] as RawEntry).data.length + by));
      for (const by of [-1, 1]) expect(await codes(size(by))).to.include("entry_size");
    });

    it("a media file of which one byte was flipped", async () => {
      const broken = Buffer.from(good);
      const place = broken.indexOf("a picture of a cup");
      broken[place + 3] = (broken[place + 3] as number) ^ 1;
      expect(await codes(broken)).to.deep.equal(["entry_damaged"]);
      const repaired = repacked((list) => void (media(list).data = Buffer.from("a picturE of a cup")));
      expect(await codes(repaired)).to.deep.equal(["media_hash"]);
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

  describe("finds fault with the manifest:", () => {
    const cases: [string, FaultCode, () => Buffer][] = [
      ["no JSON", "manifest_syntax", () => withManifest("hello")],
      ["a byte order mark", "manifest_syntax", () => withManifest(`\ufeff${JSON.stringify(manifestOf())}`)],
      ["something after the end", "manifest_syntax", () => withManifest(`${JSON.stringify(manifestOf())}{}`)],
      ["an end in the middle", "manifest_truncated", () => withManifest(JSON.stringify(manifestOf()).slice(0, -3))],
      [
        "an event that is no JSON",
        "manifest_syntax",
        () => withManifest(JSON.stringify(manifestOf()).replace('"Soon"', "Soon")),
      ],
      [
        "a member twice",
        "member_duplicate",
        () => withManifest(JSON.stringify(manifestOf()).replace('"ledger":[]', '"ledger":[],"ledger":[]')),
      ],
      [
        "events twice",
        "member_duplicate",
        () => withManifest(JSON.stringify(manifestOf()).replace(/\}$/, ',"events":[]}')),
      ],
      [
        "a sender twice",
        "member_duplicate",
        () =>
          withManifest(JSON.stringify(manifestOf()).replace(/"senders":\{("[^"]*":\{[^}]*\}),/, '"senders":{$1,$1,')),
      ],
      ["another format", "format_unknown", () => changed((m) => Object.assign(m, { format: "zip" }))],
      ["no format", "format_unknown", () => changed((m) => delete m.format)],
      ["another version", "version_unknown", () => changed((m) => Object.assign(m, { format_version: 2, room: 1 }))],
      ["no events", "member_missing", () => changed((m) => delete m.events)],
      ["no room", "member_missing", () => changed((m) => delete m.room)],
      ["events that are no list", "member_shape", () => changed((m) => Object.assign(m, { events: {} }))],
      ["a room type of its own", "member_shape", () => changed((m) => Object.assign(at(m, "room"), { type: "club" }))],
      [
        "a local time",
        "member_shape",
        () => changed((m) => Object.assign(m, { exported_at: "2026-11-22T10:00:00+01:00" })),
      ],
      [
        "a media key that is no hash",
        "member_shape",
        () => changed((m) => Object.assign(at(m, "media"), { abc: at(m, "media", "*") })),
      ],
      ["media without URIs", "member_shape", () => changed((m) => Object.assign(at(m, "media", "*"), { uris: [] }))],
      [
        "a foreign sender without a block",
        "member_shape",
        () => changed((m) => delete at(m, "senders", CAROL)._imported_sender),
      ],
      [
        "a ledger entry without a message",
        "member_shape",
        () => changed((m) => listAt(m, "ledger").push({ code: "x" })),
      ],
      ["state that is none", "member_shape", () => changed((m) => delete at(m, "state", 0).state_key)],
      [
        "an event too large",
        "element_too_large",
        () => changed((m) => Object.assign(at(m, "events", 2, "content"), { body: "x".repeat(1024 * 1024) })),
      ],
      [
        "an event too deep",
        "element_too_deep",
        () => withManifest(JSON.stringify(manifestOf()).replace('"Soon"', `${"[".repeat(1100)}${"]".repeat(1100)}`)),
      ],
    ];
    for (const [what, code, make] of cases) it(what, async () => expect(await codes(make())).to.deep.equal([code]));

    for (const [member, value] of Object.entries({
      event_id: 5,
      type: null,
      sender: "alice",
      origin_server_ts: "now",
      content: [],
      state_key: 1,
      unsigned: 2,
    }))
      it(`an event whose ${member} is of the wrong type`, async () => {
        const zip = changed((m) => Object.assign(at(m, "events", 4), { [member]: value }));
        const [found] = (await verify(zip)).faults;
        expect(found).to.include({ code: "event_shape", where: "/events/4" });
      });
  });

  describe("finds fault with the room:", () => {
    const cases: [string, FaultCode[], (room: SampleRoom) => void][] = [
      [
        "an event twice",
        ["event_duplicate"],
        (room) => void room.events.push(room.events[3] as SampleRoom["events"][0]),
      ],
      ["the creation in the middle", ["event_order"], (room) => void room.events.push(...room.events.splice(0, 1))],
      [
        "a sender who is not listed",
        ["sender_unlisted"],
        (room) =>
          void (room.head = (head) => {
            head.senders.delete(ALICE);
            head.counts.senders--;
          }),
      ],
      [
        "a file of which nothing is said",
        ["media_unlisted"],
        (room) => void room.events.push(message(20, ALICE, { url: "mxc://acme.test/other" })),
      ],
      [
        "an inline image of which nothing is said",
        ["media_unlisted"],
        (room) => void room.events.push(message(20, ALICE, { formatted_body: '<img src="mxc://acme.test/inline">' })),
      ],
      [
        "an imported event with two authors",
        ["author_inconsistent"],
        (room) => {
          const author = { user_id: BOB, display_name: null, avatar: null };
          const content = { body: "x", _imported_sender: { user_id: ALICE }, "io.roomporter.origin": {} };
          room.events.push(message(20, ALICE, content, { _imported_sender: author }));
        },
      ],
      [
        "a redaction of something else",
        ["redaction_inconsistent"],
        (room) => {
          const because = { ...message(9, ALICE, { redacts: "$event-7" }), type: "m.room.redaction" };
          Object.assign(room.events[8] as object, { unsigned: { redacted_because: because } });
        },
      ],
      [
        "an avatar with another hash",
        ["sender_avatar"],
        (room) =>
          void (room.head = (head) => {
            Object.assign(head.senders.get(ALICE) as object, { avatar: { uri: "mxc://acme.test/cup", sha256: null } });
          }),
      ],
      [
        "a URI for two files",
        ["media_uri_duplicate"],
        (room) =>
          void room.media.push({ name: "b", mimetype: "a/b", uri: "mxc://acme.test/cup", bytes: Buffer.from("other") }),
      ],
    ];
    for (const [what, wanted, change] of cases)
      it(what, async () => {
        const room = sampleRoom();
        change(room);
        expect(await codes(await readFile(await writeSample(room, directory.path, "bad.zip")))).to.deep.equal(wanted);
      });

    it("of imported events, what is not carried of the files that stand for the old ones", async () => {
      const room = importedRoom(sampleRoom(), "new.test");
      const picture = room.events.find(({ content }) => content["url"] === "mxc://new.test/cup")?.content as JsonObject;
      expect(await codes(await readFile(await writeSample(room, directory.path, "imported.zip")))).to.deep.equal([]);
      const origin = picture["io.roomporter.origin"] as JsonObject;
      const extra: JsonObject[] = [
        { content_uri: "mxc://new.test/file" },
        { media: { "mxc://old.test/a": "mxc://new.test/a" } },
      ];
      for (const more of extra) {
        picture["io.roomporter.origin"] = { ...origin, ...more };
        expect(await codes(await readFile(await writeSample(room, directory.path, "imported.zip")))).to.deep.equal([
          "media_unlisted",
        ]);
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

    it("every event dropped, as long as the counts stay", async () => {
      for (let index = 0; index < 12; index++)
        expect(await codes(changed((m) => listAt(m, "events").splice(index, 1)))).to.include("counts_mismatch");
    });

    for (const name of ["events", "senders", "media_files", "media_bytes", "ledger"])
      it(`a wrong count of ${name}`, async () => {
        const { faults } = await verify(changed((m) => Object.assign(at(m, "counts"), { [name]: 7 })));
        expect(faults).to.have.length(1);
        expect(faults[0]).to.include({ code: "counts_mismatch", where: `/counts/${name}` });
      });

    it("a wrong count of a type, a type too many and one too few", async () => {
      const types = (change: (counts: JsonObject) => void) => changed((m) => change(at(m, "counts", "by_type")));
      expect(await codes(types((counts) => (counts["m.reaction"] = 3)))).to.deep.equal(["counts_mismatch"]);
      expect(await codes(types((counts) => (counts["m.other"] = 1)))).to.deep.equal(["counts_mismatch"]);
      expect(await codes(types((counts) => delete counts["m.reaction"]))).to.deep.equal(["counts_mismatch"]);
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
      message: "An event refers to a media file that is neither in the bundle nor in the ledger.",
      where: "/events/12",
      event_id: "$event-100",
    });
  });

  it("rejects where there is no file", async () => {
    const failed = await verifyBundle(join(directory.path, "none.zip")).catch((error: unknown) => error);
    expect(failed).to.have.property("code", "ENOENT");
  });
});
