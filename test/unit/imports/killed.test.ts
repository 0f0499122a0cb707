import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { GATHERED } from "../../../src/imports/replay/trailing-journal.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { exportedTo, importInto, importStores, serviceOn } from "../../support/generations.ts";
import { Killed, killedAfter, mortal } from "../../support/killed-writer.ts";

describe("an import that is killed, on a homeserver that forgets transaction ids", () => {
  const talk = new Conversation();
  for (let round = 0; round < GATHERED / 2 + 2; round++) {
    const said = talk.say(ALICE, `message ${round}`);
    talk.say(BOB, `answer ${round}`, { "m.relates_to": { "m.in_reply_to": { event_id: said } } });
    if (round % 3 === 0) for (const who of [ALICE, BOB]) talk.react(who, said, "👍");
    if (round === 3) talk.redact(ALICE, talk.say(BOB, "taken back"), "spam");
    if (round === 6) talk.edit(ALICE, said, "edited");
  }
  let folder: string;
  let bundle: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-killed-"));
    bundle = (await talk.write()).file;
  });
  after(() => rm(folder, { recursive: true }));

  for (const [lane, atOnce] of [
    ["one by one", undefined],
    ["in batches", 7],
  ] as const)
    it(`has every event once, wherever it was killed: ${lane}`, async function () {
      this.timeout(120_000);
      const start = (): MemoryHomeserver => {
        const homeserver = new MemoryHomeserver("two.test");
        homeserver.behaviours.forgetsTransactions = true;
        homeserver.atOnce = atOnce;
        return homeserver;
      };
      let calls = 0;
      const whole = start();
      await importInto(whole, bundle, {
        writer: killedAfter(Infinity, whole.as(serviceOn(whole)), () => calls++),
      });
      for (let kill = 1; kill < calls; kill += 2) {
        const homeserver = start();
        const { journal } = await importStores();
        const life = { over: false };
        const writer = killedAfter(kill, homeserver.as(serviceOn(homeserver)), (left) => (life.over = left <= 0));
        const killed = importInto(homeserver, bundle, { journal: mortal(journal, life), writer });
        expect(await killed.catch((reason: unknown) => reason)).to.be.instanceOf(Killed);
        const { roomId } = await importInto(homeserver, bundle, { journal });
        const again = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
        expect((await diffBundles(bundle, again)).differences, `killed after call ${kill}`).to.deep.equal([]);
        const length = homeserver.rooms.get(roomId)?.timeline.length;
        expect(length, `killed after call ${kill}`).to.equal([...whole.rooms.values()].at(-1)?.timeline.length);
      }
    });
});
