import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { ImportedRoom } from "../../support/imported-room.ts";
import { startService } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { imported, newUser } from "./importing.ts";

describe("the room that an import makes", () => {
  const talk = new Conversation();
  let room: ImportedRoom;
  let serviceUser: string;

  before(async () => {
    talk.state(ALICE, "m.room.name", { name: "Tea" });
    talk.state(ALICE, "m.room.topic", { topic: "first" });
    talk.state(BOB, "m.room.topic", { topic: "last" });
    const picture = talk.file(Buffer.from("room picture"), "image/png", "room.png");
    talk.state(ALICE, "m.room.avatar", { url: picture });
    talk.say(BOB, "hello");
    room = await imported(talk);
    serviceUser = (await sharedService()).userId;
  });

  it("is of the configured version and belongs to the importing user too", async () => {
    const create = room.timeline.find((event) => event.type === "m.room.create");
    expect(create?.sender).to.equal(serviceUser);
    expect(create?.content).to.deep.include({ room_version: "12", additional_creators: [room.user.userId] });
    const levels = await room.user.stateContent(room.roomId, "m.room.power_levels");
    expect(levels["users"]).to.deep.equal({});
    await room.user.setState(room.roomId, "m.room.power_levels", { ...levels, invite: 70 });
  });

  it("is invite-only, shows its history to members, and is not encrypted", async () => {
    const { roomId, user } = room;
    expect(await user.stateContent(roomId, "m.room.join_rules")).to.include({ join_rule: "invite" });
    expect(await user.stateContent(roomId, "m.room.history_visibility")).to.include({ history_visibility: "shared" });
    expect(room.timeline.map((event) => event.type)).not.to.include("m.room.encryption");
  });

  it("says where it comes from and keeps out of indexes", async () => {
    const mark = await room.user.stateContent(room.roomId, "io.roomporter.imported");
    expect(mark).to.deep.include({
      source: { server_name: "acme.org", room_id: talk.roomId },
      exported_at: "2026-01-01T00:00:00Z",
      imported_by: room.user.userId,
      coverage: { complete: true, limits: [] },
      bundle_sha256: room.report["bundle_sha256"] as string,
    });
    expect(mark["bundle_sha256"]).to.match(/^[0-9a-f]{64}$/);
    expect(Date.parse(String(mark["imported_at"]))).to.be.closeTo(Date.now(), 600_000);
    expect(await room.user.stateContent(room.roomId, "io.roomporter.policy")).to.deep.include({
      do_not_index: true,
      scope_kind: "normal",
      read_role_slugs: [],
    });
  });

  it("has the source's name, topic and avatar in the end", async () => {
    expect((await room.user.stateContent(room.roomId, "m.room.name"))["name"]).to.equal("Tea");
    expect((await room.user.stateContent(room.roomId, "m.room.topic"))["topic"]).to.equal("last");
    const { url } = await room.user.stateContent(room.roomId, "m.room.avatar");
    expect((await room.user.download(String(url))).toString()).to.equal("room picture");
  });

  it("holds the service user, under a name that says what it is, and the importing user", () => {
    const members = room.timeline.filter((event) => event.type === "m.room.member");
    expect(new Set(members.map((event) => event.state_key))).to.deep.equal(new Set([serviceUser, room.user.userId]));
    const own = members.filter((event) => event.state_key === serviceUser).at(-1)?.content;
    expect(own).to.include({ displayname: "Imported history", membership: "join" });
    expect(own?.["avatar_url"]).to.match(/^mxc:/);
  });

  it("invites last and notifies nobody", async () => {
    const invite = room.timeline.findIndex((event) => event.state_key === room.user.userId);
    const last = room.timeline.findLastIndex((event) => event.content["io.roomporter.origin"] !== undefined);
    expect(invite).to.be.greaterThan(last);
    expect(room.timeline[invite]?.content["reason"]).to.match(
      /^Imported history: “\u2068Tea\u2069” from \u2068acme\.org\u2069, as of 2026-01-01\./,
    );
    const sync = await room.user.request("GET", "/_matrix/client/v3/sync");
    const joined = ((sync["rooms"] as JsonObject)["join"] as JsonObject)[room.roomId] as JsonObject;
    expect(joined["unread_notifications"]).to.deep.include({ highlight_count: 0, notification_count: 0 });
  });

  it("holds nothing that the original did not, but for its own setup", () => {
    const added = room.timeline.filter((event) => event.content["io.roomporter.origin"] === undefined);
    expect(added.filter((event) => event.state_key === undefined)).to.deep.equal([]);
  });

  it("says so where it holds a part only", async () => {
    const slice = new Conversation();
    slice.coverage = {
      complete: false,
      limits: [
        { kind: "date_range", since: Date.UTC(2020, 0, 1) },
        { kind: "thread", event_id: "$the-root" },
      ],
    };
    slice.say(ALICE, "the end");
    const { timeline } = await imported(slice);
    const notices = timeline.filter((event) => event.content["io.roomporter.notice"] !== undefined);
    expect(notices.map((event) => event.content["body"])).to.deep.equal([
      "This room holds a part of the conversation it was imported from: only what was sent from 2020-01-01; only one thread.",
    ]);
  });

  it("gets a name that stands in the state only", async () => {
    const named = new Conversation();
    const id = named.state(ALICE, "m.room.name", { name: "Only here" });
    named.events.splice(named.events.indexOf(named.event(id)), 1);
    const { roomId, user } = await imported(named);
    expect((await user.stateContent(roomId, "m.room.name"))["name"]).to.equal("Only here");
  });

  it("is kept where the homeserver does not take the source's name, and the report says so", async () => {
    const named = new Conversation();
    named.state(ALICE, "m.room.name", { name: "half an emoji \ud83d" });
    const { report, timeline } = await imported(named);
    expect((report["ledger"] as JsonObject[]).map((entry) => entry["code"])).to.include("state_refused");
    expect(timeline.filter((event) => event.content["io.roomporter.origin"])).to.have.lengthOf(named.events.length);
  });

  it("gives the importing user power level 100 in version 11", async () => {
    const synapse = await sharedSynapse();
    const config = { import: { room_version: "11" } };
    const service = await startService({ synapse, registration: synapse.takeRegistration(), config });
    try {
      const eleven = await ImportedRoom.of(service, await newUser("ivan"), new Conversation());
      expect(eleven.timeline[0]?.content).to.include({ room_version: "11" });
      const levels = await eleven.user.stateContent(eleven.roomId, "m.room.power_levels");
      expect(levels["users"]).to.deep.equal({ [service.userId]: 100, [eleven.user.userId]: 100 });
    } finally {
      await service.close();
    }
  });
});
