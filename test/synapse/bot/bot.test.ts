import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, joinInvitedBy, membershipOf, messagesOf, said, wordsOf } from "./talk.ts";

const WEB = "https://rooms.example.org";
const ENCRYPTION = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

describe("the bot on a homeserver", () => {
  let synapse: SharedSynapse;
  let service: Service;
  let stranger: MatrixClient;
  let folder: string;
  before(async () => {
    synapse = await sharedSynapse();
    stranger = await registerUser(synapse.url, unique("stranger"));
    const permissions = { "*": "user", [stranger.userId]: "none" };
    const registration = synapse.takeRegistration();
    service = await startService({ synapse, registration, config: { permissions, web: { public_url: WEB } } });
    folder = await mkdtemp(join(tmpdir(), "bot-synapse-"));
  });
  after(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const person = (name: string): Promise<MatrixClient> => registerUser(synapse.url, unique(name));

  /** A room that the service user has joined. */
  async function roomWithBot(owner: MatrixClient, options: JsonObject = {}): Promise<string> {
    const roomId = await owner.createRoom({ name: "Tea", ...options });
    await owner.invite(roomId, service.userId);
    await eventually("the bot joins", async () => (await membershipOf(service.userId, owner, roomId)) === "join");
    return roomId;
  }

  /** The file in the direct message that follows an export, and its room. */
  async function delivered(user: MatrixClient): Promise<{ roomId: string; file: string; event: ClientEvent }> {
    const roomId = await joinInvitedBy(service.userId, user);
    const event = await eventually("the bundle", async () =>
      (await messagesOf(service.userId, user, roomId)).find(({ content }) => content["msgtype"] === "m.file"),
    );
    const file = join(folder, `${unique("bundle")}.zip`);
    await writeFile(file, await user.download(stringMember(event.content, "url") ?? ""));
    return { roomId, file, event };
  }

  it("joins, and answers !help with one notice", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await ann.say(room, "!help");
    await said(service.userId, ann, room, "!export");
    const messages = await messagesOf(service.userId, ann, room);
    expect(messages.map(({ content }) => content["msgtype"])).to.deep.equal(["m.notice"]);
    expect(messages[0]?.content["formatted_body"])
      .to.contain(`<a href="${WEB}">`)
      .and.to.contain("<br>!export [--space] [--no");
  });

  it("declines the invitation of somebody who may not use it, and tells why", async () => {
    const room = await stranger.createRoom();
    await stranger.invite(room, service.userId);
    const state = await eventually("the invitation is declined", async () =>
      (await stranger.state(room)).find(
        ({ state_key, content }) => state_key === service.userId && content["membership"] === "leave",
      ),
    );
    expect(state.content["reason"]).to.contain("may not use");
  });

  it("says in an encrypted room that it cannot read there, and where to go instead", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann, { initial_state: [ENCRYPTION] });
    const { content } = await said(service.userId, ann, room, "This room is encrypted");
    expect(content["body"]).to.contain("Invite me to a room without encryption").and.to.contain(WEB);
  });

  it("opens a direct room that it can read for somebody who invites it into an encrypted one", async () => {
    const ann = await person("ann");
    const encrypted = { is_direct: true, preset: "trusted_private_chat", initial_state: [ENCRYPTION] };
    const room = await ann.createRoom({ ...encrypted, invite: [service.userId] });
    const direct = await joinInvitedBy(service.userId, ann);
    await said(service.userId, ann, direct, `Here I can: say \`!help\` for what I can do. On the web: ${WEB}`);
    await said(service.userId, ann, room, "I have invited you into a direct room without encryption");
    await ann.say(direct, "!jobs");
    await said(service.userId, ann, direct, "You have no jobs.");

    // another time the same one, unless that is encrypted now
    const second = await ann.createRoom({ ...encrypted, invite: [service.userId] });
    await said(service.userId, ann, second, "I have invited you");
    await ann.setState(direct, ENCRYPTION.type, ENCRYPTION.content);
    const third = await ann.createRoom({ ...encrypted, invite: [service.userId] });
    const readable = await joinInvitedBy(service.userId, ann);
    expect(readable).to.not.equal(direct);
    await said(service.userId, ann, third, "I have invited you");
    await said(service.userId, ann, readable, "Here I can");
  });

  it("brings an export to the one who asked alone, and in the room edits its one notice", async () => {
    const ann = await person("ann");
    const late = await person("late");
    const visibility = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
    const room = await roomWithBot(ann, { initial_state: [visibility] });
    const early = await ann.say(room, "before you came");
    await ann.invite(room, late.userId);
    await late.join(room);
    const common = await ann.say(room, "for both");
    await late.say(room, "!export");

    const { roomId, file, event } = await delivered(late);
    expect(roomId).to.not.equal(room);
    const members = (await late.state(roomId)).filter(({ type }) => type === "m.room.member");
    expect(members.map(({ state_key }) => state_key)).to.have.members([late.userId, service.userId]);
    expect((await late.timeline(roomId)).some(({ content }) => content["is_direct"] === true)).to.equal(true);
    expect(event.content["filename"]).to.match(/\.zip$/);

    expect(await verifyBundle(file)).to.include({ ok: true });
    const bundle = await openBundle(file);
    const ids: string[] = [];
    for await (const { event_id } of bundle.events()) ids.push(event_id);
    await bundle.close();
    expect(ids).to.include(common).and.to.not.include(early);
    expect(bundle.head.exported_by).to.equal(late.userId);

    await said(service.userId, ann, room, "The bundle is in our direct messages.");
    const messages = await messagesOf(service.userId, ann, room);
    const [notice, ...edits] = messages;
    for (const { content } of messages) expect(JSON.stringify(content)).to.not.match(/mxc:|http|m\.file/);
    for (const { content } of edits)
      expect(objectMember(content, "m.relates_to")).to.include({ rel_type: "m.replace", event_id: notice?.event_id });

    const path = `/_matrix/client/v3/user/${service.userId}/account_data/m.direct`;
    const direct = await new MatrixClient(synapse.url, service.asToken, service.userId).request("GET", path);
    expect(direct[late.userId]).to.deep.equal([roomId]);
  });

  it("exports the room up to the command, without its own notice, and on demand without all that was between it and people", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await ann.say(room, "!help");
    await said(service.userId, ann, room, "!export");
    await ann.say(room, "of interest");
    const texts = async (uri: string): Promise<unknown[]> => {
      const file = join(folder, `${unique("bundle")}.zip`);
      await writeFile(file, await ann.download(uri));
      const bundle = await openBundle(file);
      const found: unknown[] = [];
      for await (const { content } of bundle.events()) if ("body" in content) found.push(content["body"]);
      await bundle.close();
      return found;
    };
    await ann.say(room, "!export");
    const { roomId: direct, event } = await delivered(ann);
    const [first, help, ...more] = await texts(stringMember(event.content, "url") ?? "");
    expect([first, ...more]).to.deep.equal(["!help", "of interest", "!export"]);
    expect(help).to.contain("I carry rooms");

    await said(service.userId, ann, room, "The bundle is in our direct messages.");
    await ann.say(room, "!export --without-bot");
    const second = await eventually("another bundle", async () => {
      const messages = await messagesOf(service.userId, ann, direct);
      return messages.filter(({ content }) => content["msgtype"] === "m.file")[1];
    });
    expect(await texts(stringMember(second.content, "url") ?? "")).to.deep.equal(["of interest"]);
  });

  it("imports the bundle that a message replies to, and the result goes into the direct message", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await ann.say(room, "words that travel");
    await ann.say(room, "!help said by the way");
    await ann.say(room, "!export");
    const { roomId: direct, event } = await delivered(ann);
    await said(service.userId, ann, room, "is done");

    await ann.say(direct, "!import", { "m.relates_to": { "m.in_reply_to": { event_id: event.event_id } } });
    const result = await said(service.userId, ann, direct, "https://matrix.to/#/");
    const made = decodeURIComponent(/matrix\.to\/#\/(\S+)/.exec(wordsOf(result))?.[1] ?? "");
    await ann.join(made);
    const timeline = await ann.timeline(made);
    const bodies = timeline.map(({ content }) => content["body"]);
    expect(bodies).to.include("words that travel").and.to.include("!export");
    // what was a command there is history here: nothing but what was imported is said
    const answers = timeline.filter(
      ({ content, type }) => type === "m.room.message" && !("io.roomporter.origin" in content),
    );
    expect(answers).to.deep.equal([]);
  });

  it("imports the bundle whose caption says so, and says which command was meant where it is mistyped", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann, { name: "Captioned" });
    await ann.say(room, "!exprot");
    await said(service.userId, ann, room, "no command !exprot. Did you mean `!export`?");
    await ann.say(room, "!export");
    const { roomId: direct, event } = await delivered(ann);
    await ann.send(direct, "m.room.message", { ...event.content, filename: "tea.zip", body: "!import" });
    const result = await said(service.userId, ann, direct, "https://matrix.to/#/");
    const made = decodeURIComponent(/matrix\.to\/#\/(\S+)/.exec(wordsOf(result))?.[1] ?? "");
    await ann.join(made);
    const name = (await ann.state(made)).find(({ type }) => type === "m.room.name");
    expect(name?.content["name"]).to.equal("Captioned");
  });

  it("answers a wrong file with the fault, and imports nothing", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    const url = await ann.upload(Buffer.from("no bundle at all"), "application/zip", "x.zip");
    const file = await ann.send(room, "m.room.message", { msgtype: "m.file", body: "x.zip", url });
    await ann.say(room, "!import", { "m.relates_to": { "m.in_reply_to": { event_id: file } } });
    await said(service.userId, ann, room, "not a ZIP archive");
    await ann.say(room, "!jobs");
    await said(service.userId, ann, room, "You have no jobs.");
  });

  it("imports no bundle for somebody who may not see the message that it is in", async () => {
    const ann = await person("ann");
    const mallory = await person("mallory");
    const joined = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
    const room = await roomWithBot(ann, { initial_state: [joined] });
    const url = await ann.upload(Buffer.from("a secret bundle"), "application/zip", "secret.zip");
    const file = await ann.send(room, "m.room.message", { msgtype: "m.file", body: "secret.zip", url });
    await ann.invite(room, mallory.userId);
    await mallory.join(room);
    const inReply = { "m.relates_to": { "m.in_reply_to": { event_id: file } } };
    await mallory.say(room, "!import", inReply);
    await said(service.userId, mallory, room, "There is no file in that message.");
    // whoever may see it is told what is wrong with the file
    await ann.say(room, "!import", inReply);
    await said(service.userId, ann, room, "not a ZIP archive");
  });

  it("refuses a bridged room in the words that every door uses", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await ann.setState(room, "m.bridge", { protocol: { id: "irc" } }, "irc");
    await ann.say(room, "!export");
    await said(
      service.userId,
      ann,
      room,
      "This room is bridged to another network: it cannot be exported or imported.",
    );
  });

  it("takes notices, edits and replayed messages for no commands", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await ann.send(room, "m.room.message", { msgtype: "m.notice", body: "!help" });
    const origin = { event_id: "$x", room_id: "!x:y", restore: { set: {}, drop: [] } };
    await ann.say(room, "!help", { "io.roomporter.origin": origin });
    const plain = await ann.say(room, "hello");
    await ann.edit(room, plain, "!help");
    await ann.through(synapse.clock.asToken).say(room, "!help", {}, Date.UTC(2020, 0, 1));
    await ann.say(room, "!jobs");
    await said(service.userId, ann, room, "You have no jobs.");
    expect(await messagesOf(service.userId, ann, room)).to.have.length(1);
  });

  it("does every command once, though it is killed and started again", async () => {
    const ann = await person("ann");
    const room = await roomWithBot(ann);
    await service.kill();
    await ann.say(room, "!export");
    await service.start();
    // it is killed again while it is at it
    await eventually("a notice", async () => (await messagesOf(service.userId, ann, room)).length > 0);
    await service.kill();
    await service.start();

    await said(service.userId, ann, room, "The bundle is in our direct messages.");
    const messages = await messagesOf(service.userId, ann, room);
    const notices = messages.filter(
      ({ content }) => objectMember(content, "m.relates_to")?.["rel_type"] !== "m.replace",
    );
    expect(notices).to.have.length(1);
    const { roomId } = await delivered(ann);
    expect(await messagesOf(service.userId, ann, roomId)).to.have.length(1);
    const headers = { authorization: `Bearer ${ann.token}` };
    const answer = (await (await fetch(`${service.url}/v1/jobs`, { headers })).json()) as { jobs: unknown[] };
    expect(answer.jobs).to.have.length(1);
  }).timeout(120_000);
});
