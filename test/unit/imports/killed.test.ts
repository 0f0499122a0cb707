import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { GATHERED } from "../../../src/imports/replay/trailing-journal.ts";
import type { RoomEncryption } from "../../../src/ports/homeserver/room-encryption.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { decryptedFor } from "../../support/encrypted/decrypted-for.ts";
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

  for (const [lane, atOnce, encrypted] of [
    ["one by one", undefined, false],
    ["in batches", 7, false],
    ["one by one, into an encrypted room", undefined, true],
  ] as const)
    it(`has every event once, wherever it was killed: ${lane}`, async function () {
      this.timeout(120_000);
      const start = (): MemoryHomeserver => {
        const homeserver = new MemoryHomeserver("two.test");
        homeserver.behaviours.forgetsTransactions = true;
        homeserver.atOnce = atOnce;
        homeserver.devices.ofUsers.set(`@ivan:two.test`, ["PHONE"]);
        return homeserver;
      };
      const encryptionOn = (homeserver: MemoryHomeserver): { encryption?: RoomEncryption } =>
        encrypted ? { encryption: homeserver.devices.encryption("import") } : {};
      let calls = 0;
      const whole = start();
      await importInto(whole, bundle, {
        ...encryptionOn(whole),
        writer: killedAfter(Infinity, whole.as(serviceOn(whole)), () => calls++),
      });
      for (let kill = 1; kill < calls; kill += encrypted ? 5 : 2) {
        const homeserver = start();
        const { journal } = await importStores();
        const life = { over: false };
        const writer = killedAfter(kill, homeserver.as(serviceOn(homeserver)), (left) => (life.over = left <= 0));
        const killed = importInto(homeserver, bundle, {
          ...encryptionOn(homeserver),
          ...{ journal: mortal(journal, life), writer },
        });
        expect(await killed.catch((reason: unknown) => reason)).to.be.instanceOf(Killed);
        const { roomId } = await importInto(homeserver, bundle, { journal, ...encryptionOn(homeserver) });
        const exported = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
        const again = encrypted ? await decryptedFor("PHONE", homeserver, exported) : exported;
        expect((await diffBundles(bundle, again)).differences, `killed after call ${kill}`).to.deep.equal([]);
        const length = homeserver.rooms.get(roomId)?.timeline.length;
        expect(length, `killed after call ${kill}`).to.equal([...whole.rooms.values()].at(-1)?.timeline.length);
      }
    });
});
