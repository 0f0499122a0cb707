import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { bookmarkOf, bookmarkText } from "../../../src/bundle/bookmark.ts";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { member, objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { postImport } from "../../support/imported-room.ts";
import { manifestText } from "../../support/manifest-text.ts";
import { png } from "../../support/pictures.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { bundled } from "../../unit/exports/reading/collected.ts";
import { Api } from "../http/api.ts";

describe("parts of a real room", () => {
  let service: Service;
  let room: FullRoom;
  let api: Api;
  let folder: string;
  before(async () => {
    service = await sharedService();
    room = await fillRoom(await sharedSynapse(), "12");
    api = new Api(service, room.ann.token);
    folder = await mkdtemp(join(tmpdir(), "roomporter-slices-"));
  });
  after(() => rm(folder, { recursive: true }));

  const program = (...args: string[]): Promise<Outcome> =>
    runProgram(args, { env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: room.ann.token } });
  async function exported(name: string, ...options: string[]): Promise<string> {
    const file = join(folder, `${name}.zip`);
    const { code, stderr } = await program("room", "export", room.roomId, "-o", file, ...options);
    expect(code, stderr).to.equal(0);
    return file;
  }

  /** What may happen to a room between two exports. */
  async function goesOn(): Promise<void> {
    const { roomId, ann, bob, eve, events } = room;
    await ann.edit(roomId, events.plain, "hello, world!");
    await bob.react(roomId, events.formatted, "🎈");
    await bob.redact(roomId, events.emote, "too loud");
    await ann.redact(roomId, events.image);
    await ann.redact(roomId, events.redaction);
    const picture = png(5, [1, 2, 3]);
    const url = await eve.upload(picture, "image/png", "new.png");
    await eve.say(roomId, "new.png", { msgtype: "m.image", url });
    await ann.setState(roomId, "m.room.name", { name: "Renamed again" });
    await eve.setDisplayName("Evelyn");
    for (;;) {
      const { displayname } = await ann.stateContent(roomId, "m.room.member", eve.userId);
      if (displayname === "Evelyn") break;
    }
    await bob.leave(roomId);
    await ann.say(roomId, "after all that");
  }

  it("that match nothing say so, and are valid", async () => {
    const file = join(folder, "nothing.zip");
    const { code, stderr } = await program("room", "export", room.roomId, "-o", file, "--since", "2030-01-01");
    expect([code, stderr]).to.satisfy(([exit, text]: [number, string]) => exit === 0 && /holds no event/.test(text));
    expect((await verifyBundle(file)).ok).to.equal(true);
  });

  it("joined with what came later are the whole", async () => {
    const senders = [room.bob.userId, room.eve.userId].join(",");
    const base = await exported("base");
    const theirs = await exported("theirs", "--senders", senders);
    await goesOn();
    const increment = await exported("increment", "--since-bundle", base);
    const whole = await exported("whole");
    const joined = join(folder, "joined.zip");
    const merging = await program("bundle", "merge", base, increment, "-o", joined);
    expect(merging.code, merging.stderr).to.equal(0);
    expect(await diffBundles(joined, whole)).to.deep.include({ equivalent: true, differences: [] });
    expect(await manifestText(joined)).to.equal(await manifestText(whole));
    const { ok, signature } = await verifyBundle(joined);
    expect({ ok, signature }).to.deep.equal({ ok: true, signature: null });

    const { head, events } = await bundled(increment);
    expect(head.coverage.limits).to.have.length(1);
    expect(head.coverage.limits[0]).to.include({ kind: "since_bundle", changed: 4 });
    expect(events.slice(0, 4).map(({ event_id: id }) => id)).to.have.members([
      room.events.emote,
      room.events.image,
      room.events.redaction,
      room.events.redacted,
    ]);
    expect(events.length).to.be.lessThan(20);

    const theirsSince = await exported("theirs2", "--senders", senders, "--since-bundle", theirs);
    const theirsJoined = join(folder, "theirs-joined.zip");
    await program("bundle", "merge", theirs, theirsSince, "-o", theirsJoined);
    expect(await manifestText(theirsJoined)).to.equal(
      await manifestText(await exported("theirs3", "--senders", senders)),
    );
    const wrong = await program("bundle", "merge", theirs, increment, "-o", join(folder, "wrong.zip"));
    expect([wrong.code, wrong.stderr]).to.deep.equal([
      1,
      "roomporter: bundle 2 is of another part of the room than bundle 1\n",
    ]);
  });

  it("are refused as a whole where they would not fit", async () => {
    const bookmark = await bookmarkOf(await exported("now"));
    if (!bookmark) throw new Error("no bookmark");
    for (const [change, code] of [
      [{ event_id: "$gone" }, "since_bundle_gone"],
      [{ events: bookmark.events - 1 }, "since_bundle_differs"],
      [{ ids_sum: "0".repeat(64) }, "since_bundle_differs"],
    ] as const) {
      const query = new URLSearchParams({ since_bundle: bookmarkText({ ...bookmark, ...change }) });
      const { status, body } = await api.exported(room.roomId, `?${query.toString()}`);
      expect([status, body["errcode"]]).to.deep.equal([409, "IO.ROOMPORTER.SINCE_BUNDLE"]);
      expect((body["reasons"] as JsonObject[]).map((reason) => reason["code"])).to.deep.equal([code]);
    }
  });

  it("may be one thread, and say so also in the room that they are imported into", async () => {
    const file = await exported("thread", "--thread", room.events.threadRoot);
    const { events, head } = await bundled(file);
    const bodies = events.map(({ content }) => content["body"]);
    expect(bodies).to.deep.equal(["a thread starts", "in the thread", "in the thread, too"]);
    expect(head.coverage.limits).to.deep.equal([{ kind: "thread", event_id: room.events.threadRoot }]);
    expect((await api.exported(room.roomId, "?thread=$nowhere")).status).to.equal(404);

    const { status, body } = await postImport(service, room.ann.token, file, { wait: 60 });
    expect(status, JSON.stringify(body)).to.equal(201);
    const roomId = stringMember(body, "room_id") ?? "";
    await room.ann.join(roomId);
    const notice = (await room.ann.timeline(roomId)).find(({ content }) => content["io.roomporter.notice"]);
    expect(notice?.content["body"]).to.match(/only one thread\.$/);
    const mark = await room.ann.stateContent(roomId, "io.roomporter.imported");
    expect(member(objectMember(mark, "coverage"), "complete")).to.equal(false);
  });

  it("are exported by jobs as well", async () => {
    await room.ann.invite(room.roomId, service.userId);
    for (;;) {
      const { membership } = await room.ann.stateContent(room.roomId, "m.room.member", service.userId);
      if (membership === "join") break;
    }
    const job = async (query: string): Promise<JsonObject> => {
      const path = `/v1/rooms/${encodeURIComponent(room.roomId)}/exports${query}`;
      const { status, body } = await api.json(path, "POST");
      expect(status, JSON.stringify(body)).to.equal(202);
      return await api.ended(stringMember(body, "job_id") ?? "");
    };
    const fetched = async (ended: JsonObject, name: string): Promise<string> => {
      const response = await api.fetch(`/v1/jobs/${stringMember(ended, "job_id") ?? ""}/bundle`);
      const file = join(folder, name);
      await writeFile(file, Buffer.from(await response.arrayBuffer()));
      return file;
    };
    const nothing = await job("?senders=@nobody:localhost");
    expect(objectMember(nothing["report"], "counts")).to.include({ events: 0 });
    const base = await fetched(await job(""), "job-base.zip");
    await room.ann.redact(room.roomId, room.events.file);
    const bookmark = await bookmarkOf(base);
    const query = new URLSearchParams({ since_bundle: bookmark ? bookmarkText(bookmark) : "" });
    const ended = await job(`?${query.toString()}`);
    const increment = await fetched(ended, "job-increment.zip");
    expect(member(objectMember(ended["report"], "coverage"), "complete")).to.equal(false);
    const joined = join(folder, "job-joined.zip");
    expect((await program("bundle", "merge", base, increment, "-o", joined)).code).to.equal(0);
    expect(await manifestText(joined)).to.equal(await manifestText(await fetched(await job(""), "job-whole.zip")));
    const failed = await job(`?${query.toString()}&media=false&until=2021-05-01T12:05:00Z`);
    expect([failed["state"], member(failed["error"], "errcode")]).to.deep.equal([
      "failed",
      "IO.ROOMPORTER.SINCE_BUNDLE",
    ]);
  });
});
