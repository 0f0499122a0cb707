import { expect } from "chai";
import { FAULTS, type FaultCode } from "../../../src/bundle/faults.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf, messagesOf, said, wordsOf } from "./talk.ts";

/** Of each code the first bundle that is small: the whole list goes through the API, which shares all that comes after the download. */
const SMALL = 64 * 1024;

describe("the bot, given a hostile bundle of each kind", () => {
  it("says what is wrong with each, and imports none", async () => {
    const synapse = await sharedSynapse();
    const service = await sharedService();
    const mallory = await registerUser(synapse.url, unique("mallory"));
    const room = await mallory.createRoom({ name: "Tea" });
    await mallory.invite(room, service.userId);
    await eventually("the bot joins", async () => (await membershipOf(service.userId, mallory, room)) === "join");

    const sent = new Map<FaultCode, Buffer>();
    for (const { code, make } of await hostileBundles()) {
      if (sent.has(code)) continue;
      const bytes = await make();
      if (bytes.length < SMALL) sent.set(code, bytes);
    }
    expect([...sent.keys()]).to.include.members(Object.keys(FAULTS));
    for (const [code, bytes] of sent) {
      const url = await mallory.upload(bytes, "application/zip", `${code}.zip`);
      const file = await mallory.send(room, "m.room.message", { msgtype: "m.file", body: `${code}.zip`, url });
      await mallory.say(room, "!import", { "m.relates_to": { "m.in_reply_to": { event_id: file } } });
    }
    for (const code of sent.keys()) await said(service.userId, mallory, room, FAULTS[code]);
    await mallory.say(room, "!jobs");
    await said(service.userId, mallory, room, "You have no jobs.");
    const words = (await messagesOf(service.userId, mallory, room)).map(wordsOf);
    expect(words.filter((said) => /matrix\.to/.test(said))).to.deep.equal([]);
  }).timeout(120_000);
});
