import { createHash } from "node:crypto";
import { askAhead } from "../../../../src/exports/reading/pages/first-answers.ts";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { expect } from "chai";
import { FileUnavailable, HomeserverError, UnexpectedAnswer } from "../../../../src/ports/homeserver/homeserver.ts";
import { collect } from "./collected.ts";
import { ANN, BOB, PretendRoom, ROOM } from "../../../support/fakes/pretend-room.ts";
import { until } from "../../../support/until.ts";

const sha = (data: string): string => createHash("sha256").update(data).digest("hex");
const collectFrom = (room: PretendRoom, more: object = {}) => collect({ reader: room, media: room, ...more });

describe("exporting files", () => {
  it("fetches every file of a content once: its own, thumbnails, encrypted, inline, avatars", async () => {
    const room = new PretendRoom();
    const uris = ["url", "thumb", "file", "inline", "avatar", "custom"].map((name) => `mxc://here/${name}`);
    for (const uri of uris) room.file(uri, uri);
    const [url, thumb, file, inline, avatar, custom] = uris as [string, string, string, string, string, string];
    room.say("a.png", {}, { url, info: { thumbnail_url: thumb } });
    room.say("b.png", {}, { file: { url: file } });
    room.say("c", {}, { formatted_body: `<img src="${inline}">`, "org.example": [{ deep: custom }] });
    room.say("again", {}, { url });
    room.member(ANN, "join", { avatar_url: avatar });
    const { head, files } = await collectFrom(room);
    expect([...head.media.values()].flatMap((entry) => entry.uris)).to.have.members(uris);
    expect(new Set(files.values())).to.deep.equal(new Set(uris));
    expect(room.filesAsked.toSorted()).to.deep.equal(uris.toSorted());
    expect(head.counts).to.include({ media_files: 6, media_bytes: uris.join("").length });
    expect(head.senders.get(ANN)?.avatar).to.deep.equal({ uri: avatar, sha256: sha(avatar) });
    expect(head.coverage.complete).to.equal(true);
  });

  it("stores the same bytes once, with all their names and addresses", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/two", "same", "text/html");
    room.file("mxc://here/one", "same", "text/plain");
    room.say("caption", {}, { url: "mxc://here/two", filename: "z.txt" });
    room.say("../a.txt", {}, { url: "mxc://here/one" });
    const { head, fileNames } = await collectFrom(room);
    expect([...head.media]).to.deep.equal([
      [
        sha("same"),
        { size: 4, mimetype: "text/plain", names: ["../a.txt", "z.txt"], uris: ["mxc://here/one", "mxc://here/two"] },
      ],
    ]);
    expect(fileNames.get(sha("same"))).to.equal("_a.txt");
  });

  it("fetches a few side by side, not all at once", async () => {
    const room = new PretendRoom();
    for (let i = 0; i < 20; i++) {
      room.file(`mxc://here/${i}`, `file ${i}`);
      room.say("x", {}, { url: `mxc://here/${i}` });
    }
    room.atLeastAtOnce = 4;
    expect((await collectFrom(room)).head.media.size).to.equal(20);
    expect(room.mostDownloading).to.equal(4);
  });

  it("puts what cannot be had into the ledger, with the oldest event that speaks of it", async () => {
    const room = new PretendRoom();
    room.files.set("mxc://there/far", new HomeserverError(502, "M_UNKNOWN", "unreachable"));
    const gone = room.say("gone", {}, { url: "mxc://here/gone" });
    room.say("gone", {}, { url: "mxc://here/gone" });
    const far = room.say("far", {}, { url: "mxc://there/far" });
    const bad = room.say("bad", {}, { url: "mxc://../../x" });
    const { ledger } = (await collectFrom(room)).head;
    expect(ledger.map(({ code, event_id, uri }) => [code, event_id, uri])).to.deep.equal([
      ["media_uri_malformed", bad, "mxc://../../x"],
      ["media_unavailable", gone, "mxc://here/gone"],
      ["media_unavailable", far, "mxc://there/far"],
    ]);
    expect(room.filesAsked).not.to.include("mxc://../../x");
  });

  it("puts a file of its own into the ledger that the homeserver does not give, though it is there", async () => {
    const room = new PretendRoom();
    room.files.set("mxc://here/slow", new FileUnavailable(504, "M_UNKNOWN", "no"));
    room.files.set("mxc://here/torn", new FileUnavailable(200, "M_UNKNOWN", "no"));
    for (const name of ["slow", "torn"]) room.say(name, {}, { url: `mxc://here/${name}` });
    const { head, events } = await collectFrom(room);
    expect(head.ledger.map(({ code, uri }) => [code, uri])).to.deep.equal([
      ["media_unavailable", "mxc://here/slow"],
      ["media_unavailable", "mxc://here/torn"],
    ]);
    expect(events).to.have.length(4);
  });

  for (const [status, why] of [
    [0, "away"],
    [503, "away"],
    [401, "not accepting the token any more"],
  ] as const)
    it(`fails where the homeserver itself is ${why} (${status}), and gives its disk space back`, async () => {
      const room = new PretendRoom();
      room.files.set("mxc://here/a", new HomeserverError(status, "M_UNKNOWN", "no"));
      room.file("mxc://here/b", "b");
      room.say("b", {}, { url: "mxc://here/b" });
      room.say("a", {}, { url: "mxc://here/a" });
      const failure = await collectFrom(room).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(HomeserverError).and.have.property("status", status);
    });

  it("fails where the homeserver's address serves no files at all", async () => {
    const room = new PretendRoom();
    room.files.set(
      "mxc://here/a",
      new UnexpectedAnswer("GET /media", "an endpoint", { status: 404, errcode: "M_UNRECOGNIZED" }),
    );
    room.say("a", {}, { url: "mxc://here/a" });
    expect(await collectFrom(room).catch((error: unknown) => error)).to.be.instanceOf(UnexpectedAnswer);
  });

  it("fetches those of the state that was asked for ahead while the first page is on its way", async () => {
    const room = new PretendRoom();
    room.set("m.room.avatar", { url: "mxc://here/room" });
    room.file("mxc://here/room", "picture");
    const served = room.messages.bind(room);
    room.messages = async (...asked) => {
      await until(() => room.filesAsked.length > 0);
      return served(...asked);
    };
    const { reader, state } = askAhead(room, room, ROOM, new AbortController().signal);
    const stateAhead = await state;
    const { files } = await collect({ reader, media: room, stateAhead });
    expect([...files.values()]).to.deep.equal(["picture"]);
    expect(room.filesAsked).to.deep.equal(["mxc://here/room"]);
    const { files: none } = await collect({
      reader: room,
      media: room,
      stateAhead,
      options: { ...WHOLE_ROOM, media: false },
    });
    expect(none.size).to.equal(0);
    expect(room.filesAsked).to.have.length(1);
  });

  it("leaves files out where that is asked for, and says so", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/a", "a");
    const id = room.say("a", {}, { url: "mxc://here/a" });
    const { head, files } = await collectFrom(room, { options: { ...WHOLE_ROOM, media: false } });
    expect(files.size).to.equal(0);
    expect(room.filesAsked).to.deep.equal([]);
    expect(head.ledger.map(({ code, event_id, uri }) => [code, event_id, uri])).to.deep.equal([
      ["media_left_out", id, "mxc://here/a"],
    ]);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "media" }] });
  });

  it("fetches the room's avatar, and that of people who have left", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/room", "room");
    room.file("mxc://here/bob", "bob");
    room.member(BOB, "join", { displayname: "Bob", avatar_url: "mxc://here/bob" });
    room.say("hello", { sender: BOB });
    room.member(BOB, "leave");
    room.set("m.room.avatar", { url: "mxc://here/room" });
    const { head } = await collectFrom(room, { options: { ...WHOLE_ROOM, since: 3000, until: 4000 } });
    expect(head.senders.get(BOB)).to.deep.equal({
      display_name: "Bob",
      avatar: { uri: "mxc://here/bob", sha256: sha("bob") },
      foreign: false,
    });
    expect(head.media.get(sha("room"))?.uris).to.deep.equal(["mxc://here/room"]);
  });

  it("declares a type that is none as bytes", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/a", "a", "nonsense");
    room.say("a", {}, { url: "mxc://here/a" });
    expect((await collectFrom(room)).head.media.get(sha("a"))?.mimetype).to.equal("application/octet-stream");
  });
});
