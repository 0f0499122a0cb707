import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { fillRoom } from "../../support/full-room.ts";
import { originOf } from "../../support/imported-room.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { exportTo, importFrom, newUser } from "./importing.ts";

async function ledgerCodes(file: string): Promise<string[]> {
  const bundle = await openBundle(file);
  await bundle.close();
  return bundle.head.ledger.map(({ code }) => code);
}

describe("out and back in, and again", () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "roomporter-generations-"));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it("a space stays a space", async function () {
    this.timeout(120_000);
    const ann = await newUser("ann");
    const room = await ann.createRoom({ name: "Tea" });
    const space = await ann.createRoom({ name: "House", creation_content: { type: "m.space" } });
    await ann.setState(space, "m.space.child", { via: ["acme.test"], order: "a" }, room);
    const [first, second] = [join(dir, "space-1.zip"), join(dir, "space-2.zip")];
    await exportTo(first, ann, space);
    const imported = await importFrom(first, ann);
    expect(imported.timeline[0]?.content).to.include({ type: "m.space" });
    expect(
      imported.timeline.filter(({ type }) => type === "m.space.child"),
      "lists no foreign rooms",
    ).to.be.empty;
    await exportTo(second, ann, imported.roomId);
    expect((await diffBundles(first, second)).differences).to.deep.equal([]);
  });

  for (const version of ["10", "12"])
    it(`a room of real users stays the same conversation (version ${version})`, async function () {
      this.timeout(120_000);
      const room = await fillRoom(await sharedSynapse(), version);
      const takenBack = await room.bob.say(room.roomId, "taken back, and that too");
      const redaction = await room.bob.redact(room.roomId, takenBack, "mistake");
      await room.ann.redact(room.roomId, redaction, "everything of theirs");
      const ivan = await newUser("ivan");
      const [first = "", second = "", third = ""] = ["1", "2", "3"].map((name) => join(dir, `${version}-${name}.zip`));
      await exportTo(first, room.ann, room.roomId);
      const copy = await importFrom(first, ivan);
      await ivan.setState(copy.roomId, "m.room.name", { name: "renamed afterwards" });
      await exportTo(second, ivan, copy.roomId);
      const copyOfCopy = await importFrom(second, ivan);
      await exportTo(third, ivan, copyOfCopy.roomId);
      for (const file of [first, second, third]) expect((await verifyBundle(file)).faults, file).to.deep.equal([]);
      expect((await diffBundles(first, second)).differences).to.deep.equal([]);
      expect((await diffBundles(first, third)).differences).to.deep.equal([]);
      expect(await ledgerCodes(second)).not.to.include("origin_lost");
      await copy.user.redact(copy.roomId, copy.event(room.events.plain).event_id, "redacted after the import");
      await exportTo(second, ivan, copy.roomId);
      expect(await ledgerCodes(second)).to.include("origin_lost");
      expect((await diffBundles(first, second)).differences).not.to.deep.equal([]);
      await ivan.say(copyOfCopy.roomId, "something new");
      await exportTo(second, ivan, copyOfCopy.roomId);
      expect((await diffBundles(first, second)).differences.map(({ kind }) => kind)).to.deep.equal(["event_added"]);
    });

  it("an event keeps its first author and origin", async function () {
    this.timeout(120_000);
    const talk = new Conversation();
    const hello = talk.say(ALICE, "hello");
    const reply = talk.say(BOB, "hi", { "m.relates_to": { "m.in_reply_to": { event_id: hello } } });
    const large = talk.say(EVE, "é".repeat(33_000));
    const gone = talk.say(EVE, "taken back");
    const redaction = talk.redact(ALICE, gone, "reason");
    const member = talk.state(EVE, "m.room.member", { membership: "leave" }, EVE);
    const ivan = await newUser("ivan");
    const bundle = await talk.write();
    const copy = await importFrom(bundle.file, ivan);
    const answer = await ivan.say(copy.roomId, "an answer from here", {
      "m.relates_to": { "m.in_reply_to": { event_id: copy.event(hello).event_id } },
    });
    const second = join(dir, "second.zip");
    await exportTo(second, ivan, copy.roomId);
    const again = await importFrom(second, ivan);

    for (const id of [hello, reply, large, redaction, member]) {
      expect(originOf(again.event(id)), id).to.include({ event_id: id, room_id: talk.roomId });
      expect(again.event(id).content["_imported_sender"]).to.deep.equal(copy.event(id).content["_imported_sender"]);
      expect(again.event(id).origin_server_ts).to.equal(talk.event(id).origin_server_ts);
    }
    expect(again.original(again.event(reply))).to.deep.equal(talk.event(reply).content);
    expect(again.event(reply).content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: again.event(hello).event_id },
    });
    expect(originOf(again.event(redaction))?.["target"]).to.deep.include({ event_id: gone, sender: EVE });
    const uri = String(originOf(again.event(large))?.["content_uri"]);
    expect(JSON.parse((await ivan.download(uri)).toString())).to.deep.equal(talk.event(large).content);
    expect(again.event(answer).content["_imported_sender"]).to.deep.include({ user_id: ivan.userId });
    expect(originOf(again.event(answer))).to.include({ event_id: answer, room_id: copy.roomId });
    expect(again.event(answer).content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: again.event(hello).event_id },
    });
    await bundle.remove();
  });
});
