import { expect } from "chai";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf, messagesOf, said, wordsOf } from "./talk.ts";

const HOSTILE = 20;

describe("the bot, kept busy by one user", () => {
  let synapse: SharedSynapse;
  let proxy: ForwardingServer;
  let service: Service;
  let asked: string[];
  before(async () => {
    asked = [];
    synapse = await sharedSynapse();
    proxy = await forwardingServer(synapse.url, async ({ request, response, forward }) => {
      const target = request.url ?? "";
      asked.push(target);
      // a server that accepts, and never answers
      if (!target.includes("/media/download/")) answerWith(response, await forward());
    });
    const { serverName } = synapse;
    service = await startService({ synapse: { url: proxy.url, serverName }, registration: synapse.takeRegistration() });
  });
  after(async () => {
    await service.close();
    await proxy.close();
  });

  async function roomWithBot(owner: MatrixClient): Promise<string> {
    const roomId = await owner.createRoom({ name: "Tea" });
    await owner.invite(roomId, service.userId);
    await eventually("the bot joins", async () => (await membershipOf(service.userId, owner, roomId)) === "join");
    return roomId;
  }
  const importing = (user: MatrixClient, room: string, eventId: string): Promise<string> =>
    user.say(room, "!import", { "m.relates_to": { "m.in_reply_to": { event_id: eventId } } });

  it("answers others, and follows their invitations, while nothing comes of what that user asks for", async () => {
    const mallory = await registerUser(synapse.url, unique("mallory"));
    const ann = await registerUser(synapse.url, unique("ann"));
    const hostile = await roomWithBot(mallory);
    const url = await mallory.upload(Buffer.from("never"), "application/zip", "never.zip");
    const file = await mallory.send(hostile, "m.room.message", { msgtype: "m.file", body: "never.zip", url });
    for (let i = 0; i < HOSTILE; i++) await importing(mallory, hostile, file);
    await said(service.userId, mallory, hostile, "Reading the bundle …");

    const room = await roomWithBot(ann);
    await ann.say(room, "!help");
    await said(service.userId, ann, room, "!export");
    // not one of the twenty has got any further, and no second one was begun: their order holds
    const words = (await messagesOf(service.userId, mallory, hostile)).map(wordsOf);
    expect(words).to.deep.equal(["Reading the bundle …"]);
  });

  it("reads no room to find the message that somebody replies to", async () => {
    const eve = await registerUser(synapse.url, unique("eve"));
    const room = await roomWithBot(eve);
    asked = [];
    for (let i = 0; i < HOSTILE; i++) await importing(eve, room, `$unknown${i}`);
    await eventually("an answer to each", async () => {
      const words = (await messagesOf(service.userId, eve, room)).map(wordsOf);
      return words.filter((each) => each.includes("There is no file in that message")).length === HOSTILE;
    });
    expect(asked.filter((target) => target.includes("/messages"))).to.deep.equal([]);
  });
});
