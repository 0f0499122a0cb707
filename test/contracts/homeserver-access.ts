import { expect } from "chai";
import type { HomeserverAccess } from "../../src/ports/homeserver/homeserver-access.ts";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";

/** Ways into a homeserver that has one user of that token. */
export interface AccessSubject {
  access: HomeserverAccess;
  serverName: string;
  user: { userId: string; token: string };
  /** lets the user accept an invitation */
  join: (roomId: string) => Promise<void>;
}

const { signal } = new AbortController();

/** What every HomeserverAccess does. */
export function homeserverAccessContract(subjectOf: () => Promise<AccessSubject>): void {
  let subject: AccessSubject;
  before(async () => {
    subject = await subjectOf();
  });

  const errorOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("reads as a user and as the service user, each what is theirs", async () => {
    const { access, user } = subject;
    const { reader, writer } = access.asService(signal);
    const roomId = await writer.createRoom({ preset: "private_chat" });
    expect(await reader.stateEvent(roomId, "m.room.create", "")).to.have.property("sender", writer.userId);
    const asUser = access.asUser(user.userId, user.token, signal).reader;
    expect(asUser.userId).to.equal(user.userId);
    const refused = await errorOf(asUser.state(roomId, signal));
    expect(refused).to.be.instanceOf(HomeserverError).with.property("status", 403);
  });

  it("lists the rooms that a user is in, as they are named at the moment", async () => {
    const { access, user } = subject;
    const { writer } = access.asService(signal);
    const creation_content = { type: "m.space" };
    const named = await writer.createRoom({ name: "Tea", creation_content, preset: "private_chat" });
    const nameless = await writer.createRoom({ preset: "private_chat" });
    const asUser = access.asUser(user.userId, user.token, signal);
    const before = await asUser.joinedRooms();
    expect(before.filter(({ room_id }) => [named, nameless].includes(room_id))).to.deep.equal([]);
    for (const roomId of [named, nameless]) {
      await writer.invite(roomId, user.userId);
      await subject.join(roomId);
    }
    await writer.sendState(named, "m.room.name", "", { name: "Green tea" });
    await writer.sendState(named, "m.room.avatar", "", { url: "mxc://example.org/leaf" });
    await writer.sendState(nameless, "m.room.encryption", "", { algorithm: "m.megolm.v1.aes-sha2" });
    await writer.sendState(named, "m.space.child", nameless, { via: ["example.org"] });
    await writer.sendState(named, "m.space.child", "!gone:example.org", { via: ["example.org"] });
    await writer.sendState(named, "m.space.child", "!gone:example.org", {});
    const after = await asUser.joinedRooms();
    expect(after.find(({ room_id }) => room_id === named)).to.deep.include({
      name: "Green tea",
      alias: null,
      type: "m.space",
      members: 2,
      encrypted: false,
      children: [nameless],
      avatar_url: "mxc://example.org/leaf",
    });
    const { last_event_at, ...rest } = after.find(({ room_id }) => room_id === nameless) ?? {};
    expect(last_event_at).to.be.a("number").above(0);
    expect(rest).to.deep.equal({
      room_id: nameless,
      name: null,
      alias: null,
      type: null,
      members: 2,
      encrypted: true,
      heroes: [writer.userId],
      children: [],
      avatar_url: null,
    });
  });

  it("makes no call without its permit", async () => {
    const lost = new Error("lost");
    let given = true;
    const { writer } = subject.access.asService(signal, () => (given ? Promise.resolve() : Promise.reject(lost)));
    const roomId = await writer.createRoom({ preset: "private_chat" });
    given = false;
    expect(await errorOf(writer.sendState(roomId, "m.room.topic", "", { topic: "no" }))).to.equal(lost);
    given = true;
    expect(await writer.stateEvent(roomId, "m.room.topic", "")).to.equal(undefined);
  });

  it("ends with its signal", async () => {
    const enough = new Error("enough");
    const { writer } = subject.access.asService(AbortSignal.abort(enough));
    expect(await errorOf(writer.joinedRooms())).to.equal(enough);
  });

  it("tells of an account what its own token lets it", async () => {
    const { access, user } = subject;
    const { suspended, blocksInvitations, ignored } = await access.account(user.userId, user.token, signal);
    expect({ suspended, blocksInvitations, ignored }).to.deep.equal({
      suspended: false,
      blocksInvitations: false,
      ignored: [],
    });
  });

  it("knows its users and its aliases", async () => {
    const { access, serverName, user } = subject;
    expect(await access.hasUser(user.userId, signal)).to.equal(true);
    expect(await access.hasUser(`@nobody-at-all:${serverName}`, signal)).to.equal(false);
    expect(await access.resolveAlias(`#nowhere:${serverName}`, signal)).to.equal(undefined);
  });
}
