import { expect } from "chai";
import { roomRemoval } from "../../../../src/adapters/homeserver/removal/room-removal.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const ROOM = "!one:x";
const UNKNOWN: Answer = { status: 404, body: '{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}' };
const GONE: Answer = { status: 404, body: '{"errcode":"M_NOT_FOUND","error":"Unknown room id"}' };

describe("deleting a room from the homeserver", () => {
  const remove = (...answers: Answer[]): ReturnType<typeof removeRoom> => removeRoom(ROOM, ...answers);

  /** What came of it: the error's status, or undefined; and what was asked for. */
  async function removeRoom(roomId: string, ...answers: Answer[]): Promise<{ status: unknown; asked: string[] }> {
    const homeserver = await ScriptedHomeserver.start(...answers);
    const asked = (): string[] => homeserver.requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
    try {
      const { url } = homeserver;
      const settings = { url, serverName: "x", asToken: "as", serviceUser: "@porter:x", logger: SILENT };
      await roomRemoval(settings, "token").remove(roomId, new AbortController().signal);
      return { status: undefined, asked: asked() };
    } catch (error) {
      return { status: (error as { status: number }).status, asked: asked() };
    } finally {
      await homeserver.close();
    }
  }

  it("is done where the homeserver knows no such room", async () => {
    expect(await remove(GONE)).to.deep.equal({ status: undefined, asked: [`DELETE /_synapse/admin/v2/rooms/${ROOM}`] });
  });

  it("is not done where there is no admin API, or a proxy keeps it back", async () => {
    expect(await remove(UNKNOWN)).to.include({ status: 404 });
    expect(await remove({ status: 404, body: "<html>" })).to.include({ status: 404 });
    const refused = { status: 403, body: '{"errcode":"M_FORBIDDEN","error":"You are not a server admin"}' };
    expect(await remove(refused)).to.include({ status: 403 });
    expect(await remove(UNKNOWN, refused)).to.include({ status: 403 });
  });

  const asked = (...acts: string[]): string[] => [
    `DELETE /_synapse/admin/v2/rooms/${ROOM}`,
    ...acts.map((act) => `POST /_dendrite/admin/${act}/${ROOM}`),
  ];

  it("is done by Dendrite's admin API where there is no other, until the homeserver knows no such room", async () => {
    const done = { status: 200, body: "{}" };
    expect(await remove(UNKNOWN, done, done, GONE)).to.deep.equal({
      status: undefined,
      asked: asked("evacuateRoom", "purgeRoom", "evacuateRoom"),
    });
    expect(await remove(UNKNOWN, GONE)).to.deep.equal({ status: undefined, asked: asked("evacuateRoom") });
  });

  it("is not done, and nobody is removed, where Dendrite cannot delete a room of version 12", async () => {
    const { status, asked } = await removeRoom("!twelve", UNKNOWN, { status: 500, body: '{"Err":""}' });
    expect(status).to.equal(404);
    expect(new Set(asked)).to.deep.equal(
      new Set(["DELETE /_synapse/admin/v2/rooms/!twelve", "POST /_dendrite/admin/purgeRoom/!twelve"]),
    );
    const done = { status: 200, body: "{}" };
    expect(await removeRoom("!twelve", UNKNOWN, done, GONE)).to.include({ status: undefined });
  });

  it("is not believed where the room is still there afterwards", async () => {
    expect(await remove(UNKNOWN, { status: 200, body: "{}" })).to.include({ status: 500 });
  });
});
