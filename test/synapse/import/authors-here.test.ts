import { expect } from "chai";
import { objectMember, stringMember } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { newUser } from "./importing.ts";

describe("authors who are users of this homeserver", () => {
  let service: Service;
  let alice: MatrixClient;
  let ivan: MatrixClient;
  let bundle: { file: string; remove(): Promise<void> };
  let said: string[];
  before(async () => {
    const synapse = await sharedSynapse();
    [alice, ivan] = await Promise.all([newUser("alice"), newUser("ivan")]);
    const author_map = { [ALICE]: alice.userId, "@*:acme.org": `@*:${synapse.serverName}` };
    service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      config: { import: { author_map } },
    });
    const talk = new Conversation();
    said = [ALICE, BOB, EVE].map((who) => talk.say(who, "hello"));
    bundle = await talk.write();
  });
  after(async () => {
    await service.close();
    await bundle.remove();
  });
  const label = (room: ImportedRoom, id: string): unknown => room.event(id).content["formatted_body"];

  it("are named so and invited where an admin asks for it, and nothing is sent in their name", async () => {
    const fields = { as: ivan.userId, invite_authors: "true" };
    const { status, body } = await postImport(service, service.adminToken, bundle.file, { wait: 120, fields });
    expect(status, JSON.stringify(body)).to.equal(201);
    const room = await ImportedRoom.joined(ivan, body);
    expect(label(room, said[0] ?? "")).to.contain(`\u2068Alice (<code>${alice.userId}</code>)\u2069</span>`);
    const profile = objectMember(room.event(said[0] ?? "").content, "com.beeper.per_message_profile");
    expect(profile).to.deep.include({ id: alice.userId, displayname: `Alice (${alice.userId})` });
    expect(objectMember(room.event(said[0] ?? "").content, "_imported_sender")?.["user_id"]).to.equal(ALICE);
    // there is no user @bob here
    expect(label(room, said[1] ?? "")).to.contain("\u2068Bob\u2069</span>");
    expect(
      new Set(room.timeline.filter(({ type }) => type === "m.room.message").map(({ sender }) => sender)),
    ).to.deep.equal(new Set([service.userId]));
    const members = (await ivan.state(room.roomId)).filter(({ type }) => type === "m.room.member");
    const invited = members
      .filter(({ content }) => content["membership"] === "invite")
      .map(({ state_key }) => state_key);
    expect(invited).to.deep.equal([alice.userId]);
    expect(room.report["ledger"]).to.deep.equal([]);
  });

  it("are nobody where anybody could have made the authors up", async () => {
    const { status, body } = await postImport(service, ivan.token, bundle.file, { wait: 120 });
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(label(await ImportedRoom.joined(ivan, body), said[0] ?? "")).to.contain("\u2068Alice\u2069</span>");
    const refused = await postImport(service, ivan.token, bundle.file, { fields: { invite_authors: "true" } });
    expect([refused.status, stringMember(refused.body, "errcode")]).to.deep.equal([400, "M_INVALID_PARAM"]);
    expect(stringMember(refused.body, "error")).to.match(/let an admin import it/);
  });
});
