import { createHash } from "node:crypto";
import { expect } from "chai";
import { collect } from "./collected.ts";
import { ANN, BOB, PretendRoom } from "../../../support/fakes/pretend-room.ts";

const collectFor = (room: PretendRoom, visibleTo?: string) => collect({ reader: room, media: room, visibleTo });
const sha = (data: string): string => createHash("sha256").update(data).digest("hex");
const history = (room: PretendRoom, visibility: string): string =>
  room.set("m.room.history_visibility", { history_visibility: visibility });

describe("exporting for somebody who may see only a part", () => {
  /** Bob comes late into a room whose history is for members only. */
  function lateJoin(): PretendRoom {
    const room = new PretendRoom();
    history(room, "joined");
    room.file("mxc://here/early", "early bytes");
    room.file("mxc://here/both", "both bytes");
    room.member("@zoe:here", "join");
    room.say("early.txt", { sender: "@zoe:here" }, { url: "mxc://here/early" });
    room.say("both.txt", {}, { url: "mxc://here/both" });
    room.event("m.room.encrypted", {});
    room.member("@zoe:here", "leave");
    room.member(BOB, "join");
    room.say("both again.txt", {}, { url: "mxc://here/both" });
    return room;
  }

  it("drops what they may not see, and all that only it speaks of", async () => {
    const room = lateJoin();
    const { head, events, files } = await collectFor(room, BOB);
    // what stands before the change to `joined`, the change itself, and from Bob's joining on
    expect(events.map(({ event_id }) => event_id)).to.deep.equal(["$0000", "$0001", "$0002", "$0008", "$0009"]);
    expect([...files.values()]).to.deep.equal(["both bytes"]);
    expect(head.media.get(sha("both bytes"))?.names).to.deep.equal(["both again.txt"]);
    expect(room.filesAsked).to.deep.equal(["mxc://here/both"]);
    expect([...head.senders.keys()].toSorted()).to.deep.equal([ANN, BOB]);
    expect(head.ledger).to.deep.equal([]);
    expect(head.counts.by_type).not.to.have.property("m.room.encrypted");
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "visibility", user_id: BOB }] });
  });

  it("is the same whatever the size of the pages", async () => {
    const expected = await collectFor(lateJoin(), BOB);
    for (const pageSize of [1, 2, 4, 100]) {
      const room = lateJoin();
      room.pageSize = pageSize;
      expect(await collectFor(room, BOB)).to.deep.equal(expected);
    }
  });

  it("drops nothing for who was there from the start", async () => {
    const { head, events } = await collectFor(lateJoin(), ANN);
    expect(events).to.have.length(10);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [], without_encrypted_files: true });
  });

  it("fetches files whose events prove to be visible only in the end", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/a", "a");
    history(room, "shared");
    room.say("a", {}, { url: "mxc://here/a" });
    room.member(BOB, "join");
    // homeservers need not tell what an event replaced
    for (const event of room.timeline) event["unsigned"] = {};
    history(room, "joined");
    delete (room.timeline.at(-1)?.["unsigned"] as { prev_content?: unknown }).prev_content;
    const { files, head } = await collectFor(room, BOB);
    expect([...files.values()]).to.deep.equal(["a"]);
    expect(head.coverage.complete).to.equal(true);
  });

  it("says that the reader sees no more, where the timeline does not begin with the room", async () => {
    const room = new PretendRoom();
    history(room, "joined");
    room.member(BOB, "join");
    room.timeline.splice(0, 3);
    for (const event of room.timeline) event["unsigned"] = {};
    const { head } = await collectFor(room);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "visibility", user_id: ANN }] });
  });

  it("says that the reader sees no more, where they were away", async () => {
    const room = new PretendRoom();
    history(room, "joined");
    room.member(ANN, "leave");
    room.member(ANN, "join");
    expect((await collectFor(room)).head.coverage.limits).to.deep.equal([{ kind: "visibility", user_id: ANN }]);
    expect((await collectFor(room, BOB)).head.coverage.limits).to.deep.include({ kind: "visibility", user_id: ANN });
  });

  it("says whose events are missing, where the reader ignores people of the room", async () => {
    const room = new PretendRoom();
    room.member("@zoe:here", "join");
    room.member(BOB, "join");
    room.member("@zoe:here", "leave");
    room.ignored = ["@zoe:here", BOB, ANN, "@stranger:here"];
    const { coverage } = (await collectFor(room)).head;
    expect(coverage).to.deep.equal({ complete: false, limits: [{ kind: "senders", excluded: [BOB, "@zoe:here"] }] });
    room.ignored = ["@stranger:here"];
    expect((await collectFor(room)).head.coverage).to.deep.equal({ complete: true, limits: [] });
  });

  it("says that all is there, where the reader could see all the time", async () => {
    const room = new PretendRoom();
    history(room, "shared");
    room.member(ANN, "leave");
    room.member(ANN, "join");
    expect((await collectFor(room)).head.coverage).to.deep.equal({ complete: true, limits: [] });
  });
});
