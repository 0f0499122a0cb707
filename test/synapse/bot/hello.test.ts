import { expect } from "chai";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf, messagesOf, said, wordsOf } from "./talk.ts";

const WEB = "https://rooms.example.org";

describe("the bot's hello", () => {
  let service: Service;
  let ann: MatrixClient;
  before(async () => {
    const synapse = await sharedSynapse();
    const config = { bot: { hello: true }, web: { public_url: WEB } };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config });
    ann = await registerUser(synapse.url, unique("ann"));
  });
  after(() => service.close());

  const joined = (room: string): Promise<true> =>
    eventually("the bot joins", async () => (await membershipOf(service.userId, ann, room)) === "join");

  it("is one notice with the link to the web page, and does not come again with the bot", async () => {
    const room = await ann.createRoom({ name: "Tea", invite: [service.userId] });
    const hello = await said(service.userId, ann, room, "!help");
    expect(hello.content["formatted_body"]).to.contain(`<a href="${WEB}">`);
    await ann.kick(room, service.userId);
    await ann.invite(room, service.userId);
    await joined(room);
    await ann.say(room, "!jobs");
    await said(service.userId, ann, room, "You have no jobs.");
    expect((await messagesOf(service.userId, ann, room)).map(wordsOf)).to.have.length(2);
  });

  it("is not said where the web page has brought it", async () => {
    const room = await ann.createRoom({ name: "Hall" });
    const quietly = { membership: "invite", "io.roomporter.quietly": true };
    await ann.setState(room, "m.room.member", quietly, service.userId);
    await joined(room);
    await ann.say(room, "!jobs");
    await said(service.userId, ann, room, "You have no jobs.");
    expect(await messagesOf(service.userId, ann, room)).to.have.length(1);
  });
});
