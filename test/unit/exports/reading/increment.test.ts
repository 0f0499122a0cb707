import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { bookmarkOf, type Bookmark } from "../../../../src/bundle/bookmark.ts";
import { diffBundles } from "../../../../src/bundle/diff/diff.ts";
import { mergeBundles, MergeError } from "../../../../src/bundle/merge/merge.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import { collectRoom } from "../../../../src/exports/export-room.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { WHOLE_ROOM, type ExportOptions } from "../../../../src/exports/options.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { manifestText } from "../../../support/manifest-text.ts";
import { bundled, DEFAULTS } from "./collected.ts";
import { ANN, BOB, PretendRoom, SERVICE } from "../../../support/fakes/pretend-room.ts";

const FAR = "@far:elsewhere";

describe("an increment", () => {
  let folder: string;
  let room: PretendRoom;
  let files = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-increment-"));
    room = new PretendRoom();
    room.pageSize = 4;
    for (const uri of ["mxc://here/ann", "mxc://here/cid", "mxc://here/cup", "mxc://here/sea", "mxc://elsewhere/far"])
      room.file(uri, uri);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function exported(options: Partial<ExportOptions> = {}, more: { roomId?: string } = {}): Promise<string> {
    const what = { ...DEFAULTS, reader: room, media: room, exportedBy: ANN, spoolDir: folder, ...more };
    const collected = await collectRoom({ ...what, options: { ...WHOLE_ROOM, ...options } });
    const file = join(folder, `${String(files++)}.zip`);
    await collected.writeTo(createWriteStream(file));
    await collected.dispose();
    return file;
  }
  const since = async (file: string): Promise<{ since_bundle: Bookmark }> => ({
    since_bundle: (await bookmarkOf(file)) as Bookmark,
  });
  async function merged(...parts: string[]): Promise<string> {
    const file = join(folder, `${String(files++)}-merged.zip`);
    await mergeBundles(parts, (write) => write(createWriteStream(file)));
    return file;
  }
  const whyNot = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "it went well",
      (error: unknown) => {
        if (error instanceof RequestError) return error.reasons[0]?.code ?? error.message;
        return error instanceof MergeError ? error.message : error;
      },
    );

  /** Redacts as homeservers do. Gives the id of the redaction. */
  function redact(id: string, more: JsonObject = {}): string {
    const redaction = room.event("m.room.redaction", { redacts: id, reason: "no" }, more);
    const because = room.timeline.at(-1) as JsonObject;
    for (const event of room.timeline)
      if (event["event_id"] === id)
        Object.assign(event, { content: {}, unsigned: { age: 1, redacted_because: because } });
    return redaction;
  }
  const picture = (uri: string, body = "a picture"): string =>
    room.event("m.room.message", { msgtype: "m.image", url: uri, body });

  /** Everything that a base may hold and that may change about it later. */
  function before(): Record<"kept" | "spam" | "image" | "old" | "oldRedaction", string> {
    room.member(ANN, "join", { displayname: "Ann", avatar_url: "mxc://here/ann" });
    room.member(BOB, "join", { displayname: "Bob" });
    room.member(FAR, "join", { displayname: "Far", avatar_url: "mxc://elsewhere/far" });
    room.member("@cid:here", "join", { displayname: "Cid", avatar_url: "mxc://here/cid" });
    room.say("hello", { sender: FAR });
    const kept = room.say("kept", { sender: BOB });
    const spam = room.say("spam", { sender: BOB });
    const image = picture("mxc://here/cup", "cup.png");
    const old = room.say("gone already");
    const oldRedaction = redact(old);
    room.event("m.room.encrypted", { ciphertext: "x" });
    room.event("m.room.message", { msgtype: "m.file", url: "mxc://here/nowhere", body: "none" });
    room.event("odd", { deep: 1 }, { origin_server_ts: 1.5 });
    room.say("the last of the base");
    return { kept, spam, image, old, oldRedaction };
  }
  function after({ kept, spam, image, oldRedaction }: ReturnType<typeof before>): void {
    room.say("* kept, edited", { sender: BOB }, { "m.relates_to": { rel_type: "m.replace", event_id: kept } });
    room.event("m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: kept, key: "👍" } });
    redact(spam, { sender: BOB });
    redact(image);
    redact(oldRedaction);
    for (const event of room.timeline) {
      // what took back the old message is itself redacted now
      const because = (event["unsigned"] as JsonObject)["redacted_because"] as JsonObject | undefined;
      if (because?.["event_id"] === oldRedaction) because["content"] = {};
    }
    picture("mxc://here/sea", "sea.png");
    picture("mxc://here/sea", "the same.png");
    room.member(FAR, "join", { displayname: "Farther" });
    room.set("m.room.name", { name: "Renamed" });
    room.event("m.room.encrypted", { ciphertext: "y" });
    room.event("odd", { deep: 2 }, { origin_server_ts: 2.5 });
    room.member(BOB, "leave");
    room.say("bye");
  }

  it("holds what is new, and what was redacted since, and says so", async () => {
    const ids = before();
    const base = await exported();
    room.filesAsked.length = 0;
    after(ids);
    const increment = await exported(await since(base));
    expect((await verifyBundle(increment)).faults).to.deep.equal([]);
    const { head, events } = await bundled(increment);
    const { since_bundle: sinceBundle } = await since(base);
    expect(head.coverage).to.deep.equal({
      complete: false,
      limits: [{ kind: "since_bundle", ...sinceBundle, changed: 4 }],
      without_encrypted_files: true,
    });
    expect(events.slice(0, 4).map(({ event_id }) => event_id)).to.deep.equal([
      ids.spam,
      ids.image,
      ids.old,
      ids.oldRedaction,
    ]);
    expect(events[4]?.content["body"]).to.equal("* kept, edited");
    expect(room.filesAsked).to.include("mxc://here/sea").and.not.include("mxc://here/cup");
    expect(head.ledger.map(({ code }) => code)).to.deep.equal([
      "event_malformed",
      "encrypted",
      "media_in_earlier_bundle",
    ]);
    expect(head.senders.get(FAR)?.display_name).to.equal("Farther");
  });

  it("merged with its base is the whole, byte for byte", async () => {
    const ids = before();
    const base = await exported();
    after(ids);
    const second = await exported(await since(base));
    room.say("and on", { sender: FAR });
    redact(ids.kept);
    const third = await exported(await since(second));
    const empty = await exported(await since(third));
    const whole = await exported();
    const joined = await merged(base, second, third, empty);
    expect(await manifestText(joined)).to.equal(await manifestText(whole));
    expect((await verifyBundle(joined)).faults).to.deep.equal([]);
    expect(await diffBundles(joined, whole)).to.include({ equivalent: true });
    const inSteps = await merged(await merged(await merged(base, second), third), empty);
    expect(await manifestText(inSteps)).to.equal(await manifestText(whole));
  });

  it("merged with its base is the whole also of a part of a room", async () => {
    const ids = before();
    room.say("in the thread", {}, { "m.relates_to": { rel_type: "m.thread", event_id: ids.kept } });
    const parts: Partial<ExportOptions>[] = [
      { ...WHOLE_ROOM, media: false },
      { senders: [BOB, FAR] },
      { thread: ids.kept },
      { since: 3000 },
    ];
    const bases = await Promise.all(parts.map((options) => exported(options)));
    after(ids);
    room.say("in it too", { sender: BOB }, { "m.relates_to": { rel_type: "m.thread", event_id: ids.kept } });
    for (const [index, options] of parts.entries()) {
      const base = bases[index] as string;
      const increment = await exported({ ...options, ...(await since(base)) });
      expect(await manifestText(await merged(base, increment)), JSON.stringify(options)).to.equal(
        await manifestText(await exported(options)),
      );
    }
  });

  it("merged with its base is the whole of a room that an import made, too", async () => {
    room = new PretendRoom(SERVICE);
    room.member(SERVICE, "join", { displayname: "Imported history", avatar_url: "mxc://here/face" });
    room.set("io.roomporter.imported", { source: {} }, { sender: SERVICE });
    room.file("mxc://here/cleo", "cleo");
    room.file("mxc://here/cleo2", "cleo, older");
    const imported = (avatar_url: string): string => {
      const author = { user_id: "@cleo:old", display_name: avatar_url, avatar_url };
      const origin = { event_id: "$first", room_id: "!old:old", restore: { set: {}, drop: [] } };
      return room.say("hi", { sender: SERVICE }, { _imported_sender: author, "io.roomporter.origin": origin });
    };
    const [first, second] = [imported("mxc://here/cleo"), imported("mxc://here/cleo")];
    room.member(ANN, "join", { displayname: "Ann" });
    redact(first);
    const base = await exported();
    expect((await bundled(base)).head.ledger.map(({ code }) => code)).to.deep.equal(["origin_lost", "service_avatar"]);
    imported("mxc://here/cleo2");
    redact(second);
    const joined = await merged(base, await exported(await since(base)));
    const whole = await exported();
    expect((await bundled(whole)).head.ledger.filter(({ code }) => code === "origin_lost")).to.have.length(2);
    expect(await manifestText(joined)).to.equal(await manifestText(whole));
  });

  it("is not made where base and room do not fit", async () => {
    const ids = before();
    const base = await exported();
    const bookmark = await since(base);
    expect(await whyNot(exported({ senders: [BOB], ...bookmark }))).to.equal("since_bundle_differs");
    expect(await whyNot(exported({ since: 5000, ...bookmark }))).to.equal("since_bundle_differs");
    const late = room.timeline.findIndex((event) => event["event_id"] === ids.spam);
    room.timeline.splice(late, 0, { ...(room.timeline[late] as JsonObject), event_id: "$late" });
    expect(await whyNot(exported(bookmark))).to.equal("since_bundle_differs");
    room.timeline.splice(late + 1, 1); // as many as before, but not the same
    expect(await whyNot(exported(bookmark))).to.equal("since_bundle_differs");
    room.timeline.pop();
    expect(await whyNot(exported(bookmark))).to.equal("since_bundle_gone");
  });

  it("is not merged with what it does not go on from", async () => {
    const ids = before();
    const base = await exported();
    const without = await exported({ ...WHOLE_ROOM, media: false });
    after(ids);
    const second = await exported(await since(base));
    room.say("more");
    const third = await exported(await since(second));
    const other = await exported();
    expect(await whyNot(merged(base, third))).to.equal("bundle 2 does not go on where the one before it ends");
    expect(await whyNot(merged(base, third, second))).to.equal("bundle 2 does not go on where the one before it ends");
    expect(await whyNot(merged(second, third))).to.equal("bundle 1 goes on from an earlier one: begin with that one");
    expect(await whyNot(merged(base, other))).to.equal(
      "bundle 2 does not go on from an earlier bundle: it stands by itself",
    );
    expect(await whyNot(merged(without, second))).to.equal("bundle 2 is of another part of the room than bundle 1");
    room.roomId = "!other:here";
    const elsewhere = await exported(await since(base), { roomId: room.roomId });
    expect(await whyNot(merged(base, elsewhere))).to.equal("bundle 2 is of another room than bundle 1");
  });
});

describe("a slice", () => {
  it("of a thread is its root, its messages, and what is about them", async () => {
    const room = new PretendRoom();
    const root = room.say("root");
    const inThread = (body: string): string =>
      room.say(body, {}, { "m.relates_to": { rel_type: "m.thread", event_id: root } });
    const about = (id: string, rel_type: string): string =>
      room.event("m.reaction", { "m.relates_to": { rel_type, event_id: id, key: "x" } });
    const first = inThread("one");
    const other = room.say("beside");
    const wanted = [root, first, about(first, "m.annotation"), about(root, "m.replace")];
    about(other, "m.annotation");
    room.say("a reply", {}, { "m.relates_to": { "m.in_reply_to": { event_id: first } } });
    wanted.push(inThread("two"), room.event("m.room.redaction", { redacts: first }));
    const folder = await mkdtemp(join(tmpdir(), "roomporter-slice-"));
    const what = { ...DEFAULTS, reader: room, media: room, exportedBy: ANN, spoolDir: folder };
    const collected = await collectRoom({ ...what, options: { ...WHOLE_ROOM, thread: root } });
    const file = join(folder, "thread.zip");
    await collected.writeTo(createWriteStream(file));
    await collected.dispose();
    const { head, events } = await bundled(file);
    expect(events.map(({ event_id }) => event_id)).to.deep.equal(wanted);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "thread", event_id: root }] });
    const nowhere = await collectRoom({ ...what, options: { ...WHOLE_ROOM, thread: "$nowhere" } }).catch(
      (error: unknown) => error,
    );
    expect(nowhere).to.be.instanceOf(RequestError).and.include({ kind: "not_found" });
    await rm(folder, { recursive: true });
  });
});
