import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { actions, play, type Stage } from "../../support/random-room.ts";
import { expectSameConversation, type ShownRoom } from "../../support/same-conversation.ts";
import { exportTo, importFrom, newUser } from "./importing.ts";

/** The same every time: what is found at random is found by the unit test. */
const SEED = 20261128;

/** A room of these people, the first of whom makes it. */
async function stageOf(people: readonly MatrixClient[]): Promise<Stage> {
  const [ann, ...others] = people;
  if (!ann) throw new Error("nobody is there");
  const person = (who: number): MatrixClient => people[who] ?? ann;
  const roomId = await ann.createRoom({ room_version: "11" });
  for (const other of others) {
    await ann.invite(roomId, other.userId);
    await other.join(roomId);
  }
  return {
    roomId,
    send: (who, type, content) => person(who).send(roomId, type, content),
    setState: (who, type, content, key) => person(who).setState(roomId, type, content, key),
    redact: (who, target, reason) => person(who).redact(roomId, target, reason),
    upload: (bytes, mimetype, name) => ann.upload(bytes, mimetype, name),
    setProfile: async (who, displayname, avatar) => {
      const content = { membership: "join", displayname, ...(avatar !== undefined && { avatar_url: avatar }) };
      await person(who).setState(roomId, "m.room.member", content, person(who).userId);
    },
  };
}

async function shownTo(user: MatrixClient, roomId: string): Promise<ShownRoom> {
  return { timeline: await user.timeline(roomId), download: (uri) => user.download(uri) };
}

describe("three generations of a room in which anything has happened", () => {
  it("are the same conversation", async function () {
    this.timeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), "roomporter-random-"));
    try {
      const people = [await newUser("ann"), await newUser("bob"), await newUser("dora")];
      const [ann] = people;
      if (!ann) throw new Error("nobody is there");
      const stage = await stageOf(people);
      await play(stage, fc.sample(actions(40), { seed: SEED, numRuns: 5 }).flat());
      const source = await shownTo(ann, stage.roomId);
      const first = join(folder, "0.zip");
      await exportTo(first, ann, stage.roomId);
      let bundle = first;
      for (const generation of ["1", "2"]) {
        const ivan = await newUser("ivan");
        const { roomId } = await importFrom(bundle, ivan);
        await expectSameConversation(source, await shownTo(ivan, roomId));
        bundle = join(folder, `${generation}.zip`);
        await exportTo(bundle, ivan, roomId);
        expect((await verifyBundle(bundle)).faults, generation).to.deep.equal([]);
        expect((await diffBundles(first, bundle)).differences, generation).to.deep.equal([]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
