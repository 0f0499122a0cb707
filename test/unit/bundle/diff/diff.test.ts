import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles, type BundleDiff, type DifferenceKind } from "../../../../src/bundle/diff/diff.ts";
import type { BundleEvent } from "../../../../src/bundle/manifest/manifest.ts";
import { objectMember, type JsonObject } from "../../../../src/matrix/json.ts";
import { copyOf, importedRoom } from "../imported-sample.ts";
import { ALICE, BOB, message, sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "../sample.ts";

describe("diffBundles", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => void (directory = await temporaryDirectory()));
  after(() => directory.remove());

  const first = (): SampleRoom => sampleRoom();
  const second = (): SampleRoom => importedRoom(first(), "new.test");
  const third = (): SampleRoom => importedRoom(second(), "third.test");
  const GENERATIONS = { native: first, imported: second, "imported again": third };

  async function diff(a: SampleRoom, b: SampleRoom): Promise<BundleDiff> {
    const files = [
      await writeSample(a, directory.path, "a.zip"),
      await writeSample(b, directory.path, "b.zip"),
    ] as const;
    return diffBundles(...files);
  }

  async function kinds(a: SampleRoom, b: SampleRoom): Promise<DifferenceKind[]> {
    const { equivalent, differences, difference_count } = await diff(a, b);
    expect(equivalent).to.equal(differences.length === 0);
    expect(difference_count).to.equal(differences.length);
    return [...new Set(differences.map(({ kind }) => kind))];
  }

  for (const [nameA, a] of Object.entries(GENERATIONS))
    for (const [nameB, b] of Object.entries(GENERATIONS))
      it(`${nameA} and ${nameB} are equivalent`, async () => {
        const result = await diff(a(), b());
        expect(result.differences).to.deep.equal([]);
        expect(result.equivalent).to.equal(true);
        expect(result.compared).to.deep.equal({ events: 12, relations: 12, redactions: 1, media: 1 });
      });

  /** The event that was first sent with that number. */
  function eventOf(room: SampleRoom, number: number): BundleEvent {
    const id = `$event-${number}`;
    const redaction = (event: BundleEvent) => objectMember(event.unsigned, "redacted_because")?.["content"];
    const origin = (content: unknown) =>
      objectMember(objectMember(content, "io.roomporter.origin"), "target") ??
      objectMember(content, "io.roomporter.origin");
    const found = room.events.find(
      (event) =>
        event.event_id === id ||
        (event.type !== "m.room.redaction" && origin(event.content)?.["event_id"] === id) ||
        objectMember(event.content, "io.roomporter.origin")?.["event_id"] === id ||
        origin(redaction(event))?.["event_id"] === id,
    );
    return found ?? expect.fail(`no ${id}`);
  }

  const drop = (room: SampleRoom, event: BundleEvent): void => void room.events.splice(room.events.indexOf(event), 1);
  const swap = (room: SampleRoom, one: number, two: number): void => {
    const [i, j] = [one, two].map((number) => room.events.indexOf(eventOf(room, number))) as [number, number];
    [room.events[i], room.events[j]] = [room.events[j] as BundleEvent, room.events[i] as BundleEvent];
  };
  const relation = (event: BundleEvent): JsonObject =>
    objectMember(event.content, "m.relates_to") ?? expect.fail("no relation");

  describe("tells what differs:", () => {
    const BREAKS: [string, DifferenceKind[], (room: SampleRoom) => void][] = [
      ["two neighbours swapped", ["order"], (room) => swap(room, 3, 4)],
      ["two distant events swapped", ["order"], (room) => swap(room, 2, 11)],
      [
        "an event moved to the end",
        ["order"],
        (room) => void room.events.push(...room.events.splice(room.events.indexOf(eventOf(room, 3)), 1)),
      ],
      ["a body changed", ["content"], (room) => void (eventOf(room, 3).content["body"] = "soon")],
      [
        "a body changed in a custom event",
        ["content"],
        (room) => void ((eventOf(room, 11).content["any"] as unknown[])[1] = 2),
      ],
      ["a time changed", ["time"], (room) => (eventOf(room, 4).origin_server_ts += 1)],
      ["a reaction lost", ["event_missing"], (room) => drop(room, eventOf(room, 7))],
      [
        "an event added",
        ["event_added"],
        (room) => void room.events.push(message(99, `@ann:${room.serverName}`, { body: "new" })),
      ],
      [
        "an event doubled under another id",
        ["event_added"],
        (room) => void room.events.push({ ...eventOf(room, 3), event_id: "$other" }),
      ],
      [
        "a redaction undone",
        ["redaction", "content"],
        (room) => {
          const event = eventOf(room, 8);
          delete event.unsigned;
          event.content = { body: "back" };
        },
      ],
      [
        "a message redacted since",
        ["redaction", "content"],
        (room) => {
          const event = eventOf(room, 3);
          event.content = {};
          event.unsigned = {
            redacted_because: {
              ...message(70, ALICE, { redacts: event.event_id }),
              type: "m.room.redaction",
            } as unknown as JsonObject,
          };
        },
      ],
      ["a redaction without its reason", ["redaction"], (room) => delete becauseOf(eventOf(room, 8)).content["reason"]],
      ["a redaction at another time", ["redaction"], (room) => (becauseOf(eventOf(room, 8)).origin_server_ts += 1)],
      ["another name of the room", ["room"], (room) => void (room.head = (head) => void (head.room.name = "Coffee"))],
      [
        "another picture of the room",
        ["room"],
        (room) => void (room.head = (head) => void (head.room.avatar = room.media[0]?.uri ?? "")),
      ],
      [
        "a file with other bytes",
        ["media"],
        (room) => void Object.assign(room.media[0] as object, { bytes: Buffer.from("a picture of a cat") }),
      ],
      [
        "a file left out",
        ["media"],
        (room) => {
          const [file] = room.media.splice(0, 1);
          room.ledger = [{ code: "media_gone", message: "gone", uri: file?.uri ?? "" }];
        },
      ],
    ];
    const becauseOf = (event: BundleEvent): { content: JsonObject; origin_server_ts: number } =>
      event.unsigned?.["redacted_because"] as unknown as { content: JsonObject; origin_server_ts: number };

    for (const [what, wanted, change] of BREAKS)
      for (const [name, make] of Object.entries(GENERATIONS)) {
        const inImported = name !== "native";
        // where an import is the later one, what it brought cannot lose or change its origin without becoming another event
        if (
          inImported &&
          (what === "a redaction undone" || what === "a message redacted since" || what.includes("doubled"))
        )
          continue;
        it(`${what} (in ${name})`, async () => {
          const broken = copyOf(make());
          change(broken);
          expect(await kinds(first(), broken)).to.deep.equal(wanted);
        });
      }

    it("an author's name changed in an imported room", async () => {
      for (const change of [{ display_name: "WRONG" }, { display_name: null }]) {
        const room = second();
        const event = room.events.find(({ _imported_sender: author }) => author?.display_name);
        if (!event?._imported_sender) throw new Error("no author with a name");
        Object.assign(event._imported_sender, change);
        Object.assign(event.content["_imported_sender"] as JsonObject, change);
        expect(await kinds(first(), room)).to.deep.equal(["author"]);
      }
    });

    it("every event dropped, from whichever side", async () => {
      for (const make of [first, second])
        for (let number = 0; number < 12; number++) {
          const room = copyOf(make());
          drop(room, eventOf(room, number));
          expect(await kinds(first(), room), `${number}`).to.include("event_missing");
          expect(await kinds(room, first()), `${number}`).to.include("event_added");
        }
    });

    it("an author changed", async () => {
      const native = copyOf(first());
      eventOf(native, 3).sender = ALICE;
      expect(await kinds(first(), native)).to.deep.equal(["author"]);
      const imported = copyOf(second());
      const event = eventOf(imported, 3);
      for (const block of [event._imported_sender, objectMember(event.content, "_imported_sender")])
        Object.assign(block as object, { user_id: ALICE });
      expect(await kinds(first(), imported)).to.deep.equal(["author"]);
      const target = copyOf(second());
      const because = objectMember(eventOf(target, 8).unsigned, "redacted_because");
      Object.assign(objectMember(objectMember(because?.["content"], "io.roomporter.origin"), "target") as object, {
        sender: BOB,
        _imported_sender: { user_id: BOB },
      });
      Object.assign(eventOf(target, 8)._imported_sender as object, { user_id: BOB });
      expect(await kinds(first(), target)).to.deep.equal(["author"]);
    });

    it("an imported event redacted, or its redaction undone", async () => {
      for (const number of [3, 8]) {
        const room = copyOf(second());
        const event = eventOf(room, number);
        event.content = {};
        delete event.unsigned;
        expect(await kinds(first(), room)).to.include("event_missing");
      }
    });

    it("a relation cut, turned elsewhere or of another kind", async () => {
      for (const number of [3, 4, 5, 6, 7]) {
        const native = copyOf(first());
        delete eventOf(native, number).content["m.relates_to"];
        expect(await kinds(first(), native)).to.deep.equal(["content"]);

        const cut = copyOf(second());
        const { content } = eventOf(cut, number);
        const restore = objectMember(objectMember(content, "io.roomporter.origin"), "restore") as JsonObject;
        const original = objectMember(eventOf(first(), number).content, "m.relates_to") as JsonObject;
        delete content["m.relates_to"];
        restore["set"] = { "/m.relates_to": original };
        expect(await kinds(first(), cut)).to.deep.equal(["relation"]);

        const turned = copyOf(second());
        const block = relation(eventOf(turned, number));
        for (const holder of [block, objectMember(block, "m.in_reply_to")])
          if (holder && "event_id" in holder) holder["event_id"] = eventOf(turned, 1).event_id;
        expect(await kinds(first(), turned)).to.deep.equal(["relation"]);
      }
      const redirected = copyOf(second());
      eventOf(redirected, 9).content["redacts"] = eventOf(redirected, 2).event_id;
      expect(await kinds(first(), redirected)).to.deep.equal(["relation"]);
    });

    it("a media byte flipped in the archive", async () => {
      const a = await writeSample(first(), directory.path, "a.zip");
      const bytes = await readFile(a);
      const place = bytes.indexOf("a picture of a cup");
      bytes[place] = (bytes[place] as number) ^ 1;
      const b = join(directory.path, "flipped.zip");
      await writeFile(b, bytes);
      const { equivalent, differences } = await diffBundles(a, b);
      expect(equivalent).to.equal(false);
      expect(differences.map(({ kind }) => kind)).to.deep.equal(["fault"]);
    });

    it("what cannot be read at all", async () => {
      const a = await writeSample(first(), directory.path, "a.zip");
      const b = join(directory.path, "none.zip");
      await writeFile(b, "nothing");
      expect((await diffBundles(a, b)).differences.map(({ kind }) => kind)).to.deep.equal(["fault"]);
    });
  });

  it("an edit by somebody else keeps its relation in the origin only", async () => {
    const source = first();
    const edit = {
      body: "*",
      "m.new_content": { body: "x" },
      "m.relates_to": { rel_type: "m.replace", event_id: "$event-2" },
    };
    source.events.push(message(30, BOB, edit));
    const copy = copyOf(importedRoom(source, "new.test"));
    expect(await kinds(source, copy)).to.deep.equal(["relation"]);
    const { content } = eventOf(copy, 30);
    delete content["m.relates_to"];
    const restore = objectMember(objectMember(content, "io.roomporter.origin"), "restore") as JsonObject;
    restore["set"] = { "/m.relates_to": edit["m.relates_to"] };
    expect(await kinds(source, copy)).to.deep.equal([]);
  });

  it("does not mind what happened to the later room, as long as nobody speaks there", async () => {
    const later = second();
    const stateBy = (number: number, type: string, content: JsonObject, stateKey = ""): BundleEvent =>
      message(number, "@ann:new.test", content, { type, state_key: stateKey });
    later.events.push(
      stateBy(50, "m.room.name", { name: "Mine" }),
      stateBy(51, "m.room.member", { membership: "join" }, "@ann:new.test"),
    );
    later.head = (head) => void (head.room.name = "Mine");
    expect(await kinds(first(), later)).to.deep.equal([]);
    const next = importedRoom(later, "third.test");
    next.head = later.head;
    expect(await kinds(first(), next)).to.deep.equal([]);
    expect(await kinds(later, next)).to.deep.equal([]);
    drop(next, eventOf(next, 50));
    expect(await kinds(later, next)).to.deep.equal(["event_missing"]);
    later.events.push(message(60, "@ann:new.test", { body: "hello" }));
    expect(await kinds(first(), later)).to.deep.equal(["event_added"]);
  });

  it("excuses what an import of a slice adds", async () => {
    const later = second();
    later.events.push(message(50, "@porter:new.test", { body: "a part", "io.roomporter.notice": {} }));
    expect(await kinds(first(), later)).to.deep.equal([]);
    expect(await kinds(later, importedRoom(later, "third.test"))).to.deep.equal([]);
    const source = first();
    drop(source, eventOf(source, 9));
    const withRedaction = second();
    expect(await kinds(source, withRedaction)).to.deep.equal([]);
  });

  it("compares contents that are kept in files", async () => {
    const source = first();
    const content = { msgtype: "m.text", body: "long ".repeat(1000) };
    source.events.push(message(30, ALICE, content));
    const copy = (bytes: string): SampleRoom => {
      const room = copyOf(importedRoom(source, "new.test"));
      const file = {
        name: "content.json",
        mimetype: "application/json",
        uri: "mxc://new.test/content",
        bytes: Buffer.from(bytes),
      };
      room.media.push(file);
      const event = eventOf(room, 30);
      const sha256 = "f".repeat(64);
      const { restore: _none, ...origin } = objectMember(event.content, "io.roomporter.origin") as JsonObject;
      event.content = {
        ...event.content,
        body: "long …",
        "io.roomporter.origin": { ...origin, content_uri: file.uri, sha256 },
      };
      room.head = (head) => {
        const [real] = [...head.media].find(([, { uris }]) => uris.includes(file.uri)) ?? [];
        Object.assign(origin, { sha256: real });
        Object.assign(event.content["io.roomporter.origin"] as object, { sha256: real });
      };
      return room;
    };
    expect(await kinds(source, copy(JSON.stringify(content)))).to.deep.equal([]);
    expect(await kinds(source, copy(JSON.stringify({ ...content, body: "other" })))).to.deep.equal(["content"]);
    expect(await kinds(source, copy("no JSON"))).to.deep.equal(["fault", "content"]);
    const without = copy("{}");
    without.head = () => undefined;
    expect(await kinds(source, without)).to.deep.equal(["fault", "content"]);
  });

  it("follows what leads to a later event, whether or not both hold the same events in one order", async () => {
    const long = sampleRoom();
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$event-9000" } } };
    long.events.push(message(100, ALICE, { body: "ahead", ...reply }));
    for (let number = 101; number < 3000; number++) long.events.push(message(number, ALICE, { body: String(number) }));
    long.events.push(message(9000, ALICE, { body: "late" }));
    const there = importedRoom(long, "new.test");
    const turned = copyOf(there);
    relation(eventOf(turned, 100))["m.in_reply_to"] = { event_id: eventOf(turned, 1).event_id };
    for (const added of [[], [message(9001, "@ann:new.test", { body: "new" })]]) {
      there.events.push(...added);
      turned.events.push(...added);
      const more = added.map((): DifferenceKind => "event_added");
      const same = await diff(long, there);
      expect(same.differences.map(({ kind }) => kind)).to.deep.equal(more);
      expect(same.compared).to.deep.include({ events: 12 + 2901, relations: 14 });
      expect(await kinds(long, turned)).to.have.members(["relation", ...more]);
    }
  });

  it("pairs many events that moved, and says where it stopped to compare", async () => {
    const long = sampleRoom();
    for (let number = 100; number < 14_000; number++)
      long.events.push(message(number, ALICE, { body: String(number) }));
    const turned = copyOf(long);
    turned.events = [...turned.events.slice(0, 12), ...turned.events.slice(12).reverse()];
    const { equivalent, differences, difference_count, compared } = await diff(long, turned);
    expect(equivalent).to.equal(false);
    expect(differences).to.have.length(1000);
    expect(difference_count).to.be.greaterThan(1000);
    expect(compared.events).to.be.within(10_000, 14_000);
    expect([...new Set(differences.map(({ kind }) => kind))]).to.deep.equal(["order"]);
  });
});
