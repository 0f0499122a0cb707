import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { stringMember } from "../../../src/matrix/json.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { eventually, joinInvitedBy, membershipOf, messagesOf, said, wordsOf } from "../../synapse/bot/talk.ts";
import { Api } from "../../synapse/http/api.ts";
import { succeeds, type World } from "../world.ts";

/** Dendrite puts them into a header as they are. */
const CONTROLS = "a\u0000b\u0007.txt";

/** A room with all that people do leaves by every door, and comes in by every door, twice. */
export function travel(world: () => World, service: () => Service, roomVersion: string): void {
  let room: FullRoom;
  let ann: MatrixClient;
  let first: string;
  before(async () => {
    room = await fillRoom(world(), roomVersion);
    ann = room.ann;
  });

  async function exported(roomId: string): Promise<string> {
    const { status, body, zip } = await new Api(service(), ann.token).exported(roomId);
    expect(status, JSON.stringify(body)).to.equal(200);
    const file = world().file("bundle.zip");
    await writeFile(file, zip);
    return file;
  }

  async function sameAs(file: string, other: string): Promise<void> {
    expect((await diffBundles(file, other)).differences).to.deep.equal([]);
  }

  it("is exported over HTTP and on the command line alike", async () => {
    first = await exported(room.roomId);
    const second = world().file("bundle.zip");
    const args = ["room", "export", room.roomId, "-o", second];
    const { code, stderr } = await world().roomporter(service(), ann.token, args);
    expect(code, stderr).to.equal(0);
    for (const file of [first, second]) expect((await verifyBundle(file)).faults).to.deep.equal([]);
    await sameAs(first, second);
  });

  it("is imported over HTTP, and the second generation equals the first", async () => {
    const { status, body } = await postImport(service(), ann.token, first, { wait: 120 });
    expect(status, JSON.stringify(body)).to.equal(201);
    const copy = await ImportedRoom.joined(ann, body);
    expect(await ann.stateContent(copy.roomId, "m.room.create")).to.include({ room_version: roomVersion });
    const second = await exported(copy.roomId);
    await succeeds("bundle", "verify", second);
    await succeeds("bundle", "diff", first, second);

    const stdin = await readFile(second);
    const { code, stdout, stderr } = await world().roomporter(service(), ann.token, ["room", "import"], stdin);
    expect(code, stderr).to.equal(0);
    const again = stdout.toString().trimEnd();
    await ann.join(again);
    await succeeds("bundle", "diff", first, await exported(again));
  });

  it("is exported and imported by the bot", async () => {
    const bot = service().userId;
    const roomId = await ann.createRoom({ name: "Small", room_version: roomVersion });
    const url = await ann.upload(Buffer.from("a file"), "text/plain", CONTROLS);
    await ann.send(roomId, "m.room.message", { msgtype: "m.file", body: CONTROLS, url });
    const before = await exported(roomId);
    await ann.invite(roomId, bot);
    await eventually("the bot joins", async () => (await membershipOf(bot, ann, roomId)) === "join");
    await ann.say(roomId, "!export");
    const direct = await joinInvitedBy(bot, ann);
    const sent = await eventually("the bundle", async () =>
      (await messagesOf(bot, ann, direct)).find(({ content }) => content["msgtype"] === "m.file"),
    );
    const file = world().file("bundle.zip");
    await writeFile(file, await ann.download(stringMember(sent.content, "url") ?? ""));
    expect((await verifyBundle(file)).faults).to.deep.equal([]);
    const kinds = (await diffBundles(before, file)).differences.map(({ kind }) => kind);
    expect(new Set(kinds), "the bot's coming and the command").to.deep.equal(new Set(["event_added"]));

    await ann.say(direct, "!import", { "m.relates_to": { "m.in_reply_to": { event_id: sent.event_id } } });
    const result = await said(bot, ann, direct, "https://matrix.to/#/");
    const made = decodeURIComponent(/matrix\.to\/#\/(\S+)/.exec(wordsOf(result))?.[1] ?? "");
    await ann.join(made);
    await succeeds("bundle", "diff", file, await exported(made));
  });
}
