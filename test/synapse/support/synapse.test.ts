import { expect } from "chai";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { startSynapse } from "../../support/synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

describe("the homeserver of the tests", () => {
  let synapse: SharedSynapse;
  before(async () => {
    synapse = await sharedSynapse();
  });

  it("lets real users talk, at the dates that the clock gives them", async () => {
    const ann = await registerUser(synapse.url, unique("ann"), "Ann");
    const room = await ann.createRoom({ name: "Tea" });
    const dated = ann.through(synapse.clock.asToken);
    const first = await dated.say(room, "long ago", {}, 1_000_000_000_000);
    await ann.react(room, first, "👍");
    const said = (await ann.timeline(room)).find((event) => event.event_id === first);
    expect(said).to.include({ sender: ann.userId, origin_server_ts: 1_000_000_000_000 });
  });

  it("keeps its data through a power cut", async () => {
    const own = await startSynapse({ serverName: "acme.test" });
    try {
      const ann = await registerUser(own.url, "ann");
      expect(ann.userId).to.equal("@ann:acme.test");
      const room = await ann.createRoom();
      const said = await ann.say(room, "still here");
      await own.kill();
      await own.start();
      expect((await ann.event(room, said)).content).to.deep.equal({ msgtype: "m.text", body: "still here" });
    } finally {
      await own.close();
    }
  });
});
