import { expect } from "chai";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";
import type { AccessSubject } from "./homeserver-access.ts";

const { signal } = new AbortController();

/** What every SpaceReader does, of a user and of the service user. */
export function spaceReaderContract(subjectOf: () => Promise<AccessSubject>): void {
  it("shows a space with the rooms below it, each once, as far as a user may know them", async () => {
    const { access, user, join } = await subjectOf();
    const { writer, spaces } = access.asService(signal);
    const space = await writer.createRoom({ creation_content: { type: "m.space" }, preset: "private_chat" });
    const inner = await writer.createRoom({ creation_content: { type: "m.space" }, preset: "private_chat" });
    const room = await writer.createRoom({ preset: "private_chat" });
    const via = { via: ["example.org"] };
    await writer.sendState(space, "m.space.child", inner, { ...via, suggested: true });
    await writer.sendState(space, "m.space.child", "!gone:example.org", {});
    for (const child of [room, space]) await writer.sendState(inner, "m.space.child", child, via);
    const found = await spaces.hierarchy(space, 10);
    expect(found.map(({ room_id, type }) => [room_id, type])).to.deep.equal([
      [space, "m.space"],
      [inner, "m.space"],
      [room, null],
    ]);
    const [children, below] = found.map((shown) => shown.children);
    expect(children).to.have.length(1);
    expect(children?.[0]).to.deep.include({ state_key: inner, content: { ...via, suggested: true } });
    expect(below?.map(({ state_key }) => state_key)).to.have.members([room, space]);
    expect(await spaces.joinedRoomIds()).to.include.members([space, inner, room]);
    const theirs = access.asUser(user.userId, user.token, signal).spaces;
    const refused: unknown = await theirs.hierarchy(space, 10).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(HomeserverError).with.property("isAbsentOrForbidden", true);
    await writer.invite(space, user.userId);
    await join(space);
    expect((await theirs.hierarchy(space, 10)).map(({ room_id }) => room_id)).to.deep.equal([space]);
    expect(await theirs.joinedRoomIds())
      .to.include(space)
      .and.not.include(inner);
  });
}
