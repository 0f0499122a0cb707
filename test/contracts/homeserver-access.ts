import { expect } from "chai";
import type { HomeserverAccess } from "../../src/ports/homeserver/homeserver-access.ts";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";

/** Ways into a homeserver that has one user of that token. */
export interface AccessSubject {
  access: HomeserverAccess;
  serverName: string;
  user: { userId: string; token: string };
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
