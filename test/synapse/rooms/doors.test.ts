import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { joinInvitedBy, membershipOf, messagesOf, said, wordsOf } from "../bot/talk.ts";
import { call, statusOf } from "./cast.ts";

describe("rooms with rules at the other doors", function () {
  this.timeout(180_000);
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  let serverName: string;
  before(async () => {
    service = await sharedService();
    const { url, serverName: name } = await sharedSynapse();
    serverName = name;
    ann = await registerUser(url, unique("ann"));
    bob = await registerUser(url, unique("bob"));
  });

  /** `roomporter --json …`: its exit code, and what it printed. */
  async function roomporter(args: string[], token = ann.token): Promise<[number | null, unknown]> {
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: token };
    const { code, stdout } = await runProgram(["--json", ...args], { env });
    return [code, stdout.length === 0 ? undefined : JSON.parse(stdout.toString())];
  }

  it("are made and looked after on the command line", async () => {
    const [code, made] = await roomporter(["room", "create", "Quiet", "--incognito", "--invite", bob.userId]);
    expect(code).to.equal(0);
    expect(made).to.include({ name: "Quiet", scope_kind: "incognito", membership: "invite", do_not_index: true });
    const room = (made as { room_id: string }).room_id;
    await ann.join(room);
    await bob.join(room);
    const [, listed] = await roomporter(["room", "list"], bob.token);
    expect((listed as { room_id: string }[]).map(({ room_id }) => room_id)).to.deep.equal([room]);
    expect((await roomporter(["room", "kick", room, ann.userId], bob.token))[0], "who may not").to.equal(1);
    expect((await roomporter(["room", "kick", room, bob.userId]))[0]).to.equal(0);
    expect(await membershipOf(bob.userId, ann, room)).to.equal("leave");
    expect((await roomporter(["room", "invite", room, bob.userId]))[0]).to.equal(0);
    expect(await membershipOf(bob.userId, ann, room)).to.equal("invite");
    expect((await roomporter(["room", "policy", room, "--auto-close"]))[1]).to.include({ auto_close_on_leave: true });
    expect((await roomporter(["room", "export", room]))[0], "refused by a rule").to.equal(3);
    expect((await roomporter(["room", "workspaces"]))[1]).to.deep.equal([]);
    expect((await roomporter(["room", "close", room]))[0], "nobody can be asked").to.equal(2);
    expect((await roomporter(["room", "close", room, "--yes"]))[1]).to.deep.equal({ closed: true, events: "redacted" });
    expect(await statusOf(ann.say(room, "still here?"))).to.equal(403);
    expect((await roomporter(["room", "close", room, "--yes"]))[0], "it is gone").to.equal(1);
  });

  it("are named by an alias as well as by their id, and listed with it", async () => {
    const [, made] = await roomporter(["room", "create", "Named"]);
    const room = (made as { room_id: string }).room_id;
    await ann.join(room);
    const alias = `#${unique("named")}:${serverName}`;
    await ann.request("PUT", `/_matrix/client/v3/directory/room/${encodeURIComponent(alias)}`, {
      json: { room_id: room },
    });
    const [, joined] = await roomporter(["room", "list", "--joined"]);
    const listed = (joined as { room_id: string }[]).find(({ room_id }) => room_id === room);
    expect(listed).to.include({ name: "Named", type: null, members: 2, encrypted: false });
    const bundle = join(service.dir, "by-alias.zip");
    expect((await roomporter(["room", "export", alias, "-o", bundle]))[0]).to.equal(0);
    expect((await roomporter(["bundle", "show", bundle]))[1]).to.have.nested.property("source.room_id", room);
    expect((await roomporter(["room", "invite", alias, bob.userId]))[0]).to.equal(0);
    expect((await roomporter(["room", "policy", alias, "--no-index"]))[1]).to.include({ room_id: room });
    const rows = await roomporter(["audit", "list", "--room", alias, "--action", "export"], service.adminToken);
    expect((rows[1] as { rows: JsonObject[] }).rows.map(({ room_id }) => room_id)).to.deep.equal([room]);
    const nowhere = await runProgram(["room", "export", `#nowhere:${serverName}`], {
      env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: ann.token },
    });
    expect([nowhere.code, nowhere.stderr]).to.deep.equal([
      1,
      `roomporter: No room has the alias #nowhere:${serverName}: check its spelling\n`,
    ]);
    expect((await roomporter(["room", "close", alias, "--yes"]))[0]).to.equal(0);
    expect((await roomporter(["room", "list", "--joined"], service.adminToken))[0], "nobody's").to.equal(1);
  });

  it("are made for somebody else with an admin token, and only with that", async () => {
    const admin = { token: service.adminToken };
    const body = { name: "For Ann", as: ann.userId };
    const made = await call(service, admin, "POST", "/v1/rooms", body);
    expect([made.status, made.body["owner"], made.body["uninvited"]]).to.deep.equal([201, ann.userId, []]);
    await ann.join(made.body["room_id"] as string);
    expect((await call(service, bob, "POST", "/v1/rooms", body)).status).to.equal(403);
    expect((await call(service, admin, "POST", "/v1/rooms", { name: "Nobody's" })).status).to.equal(400);
    const wrongs: JsonObject[] = [
      { name: "" },
      { name: "x", colour: "red" },
      { name: "x", visibility: "restricted" },
      { name: "x", read_role_slugs: ["constructor"] },
      { name: "x", scope_kind: "incognito", visibility: "public" },
      { name: "x", invite: ["@nobody-at-all:localhost"] },
    ];
    for (const wrong of wrongs)
      expect((await call(service, ann, "POST", "/v1/rooms", wrong)).status, JSON.stringify(wrong)).to.equal(400);
  });

  it("are made and looked after by the bot", async () => {
    const talk = await ann.createRoom({ invite: [service.userId, bob.userId] });
    await bob.join(talk);
    while ((await membershipOf(service.userId, ann, talk)) !== "join");
    const before = await ann.say(talk, '!room create "Two words" --incognito --topic "a topic"');
    await said(service.userId, ann, talk, "The room is made");
    const room = await joinInvitedBy(service.userId, ann);
    expect(await ann.stateContent(room, "m.room.name")).to.deep.equal({ name: "Two words" });
    expect(await ann.stateContent(room, "io.roomporter.policy")).to.include({ scope_kind: "incognito" });
    expect((await ann.event(talk, before)).sender).to.equal(ann.userId);
    // what others may not know is told in a direct message
    await ann.say(talk, "!rooms");
    await said(service.userId, ann, talk, "See our direct messages.");
    for (const event of await messagesOf(service.userId, ann, talk)) expect(wordsOf(event)).not.to.contain(room);
    const direct = await joinInvitedBy(service.userId, ann);
    expect(wordsOf(await said(service.userId, ann, direct, "Two words"))).to.contain(
      `${room}, incognito, private, you are in it`,
    );
    await ann.say(room, `!room invite ${bob.userId}`);
    await said(service.userId, ann, room, `${bob.userId} is invited.`);
    await bob.join(room);
    await bob.say(room, "!room close");
    await said(service.userId, ann, room, "Only the person for whom the room was made");
    await ann.say(room, "!room policy --index");
    await said(service.userId, ann, room, "An incognito room is never indexed");
  });
});
