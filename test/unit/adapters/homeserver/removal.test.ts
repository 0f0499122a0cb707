import { expect } from "chai";
import { roomRemoval } from "../../../../src/adapters/homeserver/removal/room-removal.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const ROOM = "!one:x";
const UNKNOWN: Answer = { status: 404, body: '{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}' };
const GONE: Answer = { status: 404, body: '{"errcode":"M_NOT_FOUND","error":"Unknown room id"}' };

describe("deleting a room from the homeserver", () => {
  /** What came of it: the error's status, or undefined; and what was asked for. */
  async function remove(...answers: Answer[]): Promise<{ status: unknown; asked: string[] }> {
    const homeserver = await ScriptedHomeserver.start(...answers);
    const asked = (): string[] => homeserver.requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
    try {
      const { url } = homeserver;
      const settings = { url, serverName: "x", asToken: "as", serviceUser: "@porter:x", logger: SILENT };
      await roomRemoval(settings, "token", { settlesMs: 0 }).remove(ROOM, new AbortController().signal);
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

  it("is not done where the answer does not say that it has begun, or how far it is", async () => {
    const empty: Answer = { status: 200, body: "{}" };
    expect((await remove(empty)).status).to.equal(200);
    expect((await remove({ status: 200, body: '{"delete_id":"one"}' }, empty)).status).to.equal(200);
  });

  const PURGE = `POST /_dendrite/admin/purgeRoom/${ROOM}`;
  const LOOK = `GET /_matrix/client/v3/rooms/${ROOM}/messages?dir=b&limit=1`;
  const done: Answer = { status: 200, body: "{}" };
  const broken: Answer = { status: 500, body: '{"Err":""}' };
  const forbidden = (error: string): Answer => ({
    status: 403,
    body: JSON.stringify({ errcode: "M_FORBIDDEN", error }),
  });
  const noRoom = forbidden("room does not exist");
  const notMember = forbidden("you are not in this room");

  it("is done by Dendrite's admin API where there is no other, and looked at afterwards", async () => {
    const { status, asked } = await remove(UNKNOWN, done, noRoom);
    expect(status).to.equal(undefined);
    expect(asked.slice(1)).to.deep.equal([PURGE, LOOK]);
  });

  it("is done where Dendrite cannot delete the room because it does not know it", async () => {
    expect(await remove(UNKNOWN, broken, broken, broken, noRoom)).to.include({ status: undefined });
  });

  it("is not offered where Dendrite cannot delete the room (version 12): nobody has been removed by then", async () => {
    const { status, asked } = await remove(UNKNOWN, broken, broken, broken, notMember);
    expect(status).to.equal(404);
    expect(new Set(asked.slice(1))).to.deep.equal(new Set([PURGE, LOOK]));
  });

  it("is not believed where the room is still there afterwards", async () => {
    expect(await remove(UNKNOWN, done, notMember)).to.include({ status: 500 });
  });
});
