import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { openCollection } from "../../../src/collections/open-collection.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import { stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { pageProxy, type PageProxy } from "../../support/page-proxy.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { eventually, joinInvitedBy, messagesOf, said } from "../bot/talk.ts";
import { Api } from "../http/api.ts";
import { addChild, makeSpace, withService } from "./space-tree.ts";

const NAMES = ["team", "club", "tea", "chess", "bridged", "incognito", "lonely", "open", "secret", "unnamed"] as const;

describe("the export of a space", function () {
  this.timeout(240_000);
  let dir: string;
  let synapse: Synapse;
  let proxy: PageProxy;
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  const rooms = Object.fromEntries(NAMES.map((name) => [name, ""])) as Record<(typeof NAMES)[number], string>;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-space-"));
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const registration = writeRegistration(join(dir, "porter.yaml"), { id: "porter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    proxy = await pageProxy(synapse.url, 1000);
    const config = {
      homeserver: { url: proxy.url, server_name: synapse.serverName },
      limits: { rooms_at_once: 2 },
    };
    service = await startService({ synapse, registration, config });
    ann = await registerUser(synapse.url, "ann");
    bob = await registerUser(synapse.url, "bob");

    rooms.team = await makeSpace(ann, "Team");
    rooms.club = await makeSpace(ann, "Club");
    for (const name of ["tea", "chess", "bridged", "incognito", "lonely"] as const)
      rooms[name] = await ann.createRoom({ name, invite: name === "tea" ? [bob.userId] : [] });
    await bob.join(rooms.tea);
    await bob.say(rooms.tea, "the kettle is on");
    await ann.say(rooms.chess, "e4");
    await ann.setState(rooms.bridged, "m.bridge", { protocol: { id: "irc" } }, "irc");
    await ann.setState(rooms.incognito, "io.roomporter.policy", { scope_kind: "incognito" });
    rooms.open = await bob.createRoom({ name: "open", preset: "public_chat" });
    rooms.secret = await makeSpace(bob, "secret");
    rooms.unnamed = await bob.createRoom({ name: "unnamed", preset: "public_chat" });
    await addChild(bob, rooms.secret, rooms.unnamed);
    await addChild(ann, rooms.team, rooms.tea);
    await addChild(ann, rooms.team, rooms.club, { order: "a", suggested: true });
    for (const name of ["bridged", "incognito", "lonely", "open", "secret"] as const)
      await addChild(ann, rooms.team, rooms[name], { order: `b${name}` });
    await addChild(ann, rooms.club, rooms.chess);
    // a cycle
    await addChild(ann, rooms.club, rooms.team);
    await withService(ann, service, [rooms.team, rooms.club, rooms.tea, rooms.chess, rooms.bridged, rooms.incognito]);
  });
  after(async () => {
    proxy.release();
    await service.close();
    await proxy.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const begin = async (space: string, token = ann.token, query = ""): Promise<Response> =>
    new Api(service, token).fetch(`/v1/spaces/${encodeURIComponent(space)}/exports${query}`, { method: "POST" });

  async function exported(space: string, query = ""): Promise<CollectionIndex> {
    const response = await begin(space, ann.token, query);
    expect(response.status).to.equal(202);
    return await result(((await response.json()) as { job_id: string }).job_id);
  }

  async function result(id: string): Promise<CollectionIndex> {
    const api = new Api(service, ann.token);
    const job = await api.ended(id);
    expect(job, JSON.stringify(job)).to.deep.include({ kind: "space_export", state: "succeeded", room_id: rooms.team });
    const zip = Buffer.from(await (await api.fetch(`/v1/jobs/${id}/bundle`)).arrayBuffer());
    const index = await indexOf(zip);
    expect(job["report"]).to.deep.include({ size: zip.length, counts: index.counts });
    expect((job["report"] as JsonObject)["file_name"]).to.match(/^team-\d{4}-\d\d-\d\d\.zip$/);
    return index;
  }

  async function indexOf(zip: Uint8Array): Promise<CollectionIndex> {
    const file = join(dir, "space.zip");
    writeFileSync(file, zip);
    expect(await verifyCollection(file)).to.deep.include({ ok: true, faults: [] });
    const collection = await openCollection(file);
    await collection.close();
    return collection.index;
  }

  const nameOf = (roomId: string): string => NAMES.find((name) => rooms[name] === roomId) ?? roomId;

  it("has the rooms below it that the requester is in, in the order of its tree, and says what is missing and why", async () => {
    const index = await exported(rooms.team);
    expect(index).to.deep.include({ space: rooms.team, scope: "service", user_id: ann.userId, failed: [] });
    expect(index.rooms.map(({ room_id }) => nameOf(room_id))).to.deep.equal(["team", "club", "chess", "tea"]);
    const [team, club] = index.rooms;
    expect(team?.children?.[0]).to.deep.equal({
      ...{ room_id: rooms.club, order: "a", suggested: true },
      via: ["localhost"],
    });
    expect(club?.children?.map(({ room_id }) => nameOf(room_id))).to.deep.equal(["chess", "team"]);
    expect(index.counts).to.deep.equal({ exported: 4, refused: 1, failed: 0, incognito: 1, left_out: 3 });
    expect(
      index.refused.map(({ room_id, reasons }) => [nameOf(room_id), reasons.map(({ code }) => code)]),
    ).to.deep.equal([["bridged", ["room_type_bridge"]]]);
    expect(index.left_out?.map(({ room_id, code }) => [nameOf(room_id), code])).to.deep.equal([
      ["lonely", "service_not_joined"],
      ["open", "not_joined"],
      ["secret", "hidden"],
    ]);
    expect(JSON.stringify(index)).not.to.include(rooms.unnamed);
    const { body } = await new Api(service, service.adminToken).json("/v1/audit?action=space_export");
    const rows = (body["rows"] as JsonObject[]).map(({ outcome, room_id, actor }) => [outcome, room_id, actor]);
    expect(rows).to.deep.include.members([
      ["done", rooms.team, ann.userId],
      ["granted", rooms.team, ann.userId],
    ]);
  });

  it("is for those who are in it, and for spaces only", async () => {
    const statusOf = async (...asked: Parameters<typeof begin>): Promise<unknown[]> => {
      const response = await begin(...asked);
      return [response.status, ((await response.json()) as JsonObject)["errcode"]];
    };
    expect(await statusOf(rooms.team, bob.token)).to.deep.equal([403, "M_FORBIDDEN"]);
    expect(await statusOf(rooms.secret)).to.deep.equal([403, "M_FORBIDDEN"]);
    expect(await statusOf(rooms.tea)).to.deep.equal([400, "M_INVALID_PARAM"]);
    expect(await statusOf(rooms.bridged)).to.deep.equal([400, "IO.ROOMPORTER.REFUSED"]);
    expect(await statusOf(rooms.team, ann.token, "?thread=$x")).to.deep.equal([400, "M_INVALID_PARAM"]);
  });

  it("leaves out a room that the requester leaves while it waits", async () => {
    proxy.allow(0);
    const response = await begin(rooms.team);
    const { job_id } = (await response.json()) as { job_id: string };
    const roomId = rooms.tea;
    while (proxy.served.every(({ answered }) => answered)) await sleep(20);
    await ann.leave(roomId);
    proxy.release();
    const index = await result(job_id);
    expect(index.left_out?.map(({ room_id, code }) => [nameOf(room_id), code])).to.deep.include(["tea", "not_joined"]);
    await bob.invite(roomId, ann.userId);
    await ann.join(roomId);
  });

  it("reads as many rooms side by side as it may, and goes on after kill -9 without reading one again", async () => {
    const asked = (): string[] => [
      ...new Set(
        proxy.served.flatMap(({ what, path }) =>
          what.startsWith("page") ? [nameOf(decodeURIComponent(path.split("/rooms/")[1]?.split("/")[0] ?? ""))] : [],
        ),
      ),
    ];
    proxy.served.length = 0;
    proxy.allow(0);
    const { job_id } = (await (await begin(rooms.team)).json()) as { job_id: string };
    while (asked().length < 2) await sleep(20);
    expect(asked()).to.have.members(["team", "club"]);
    proxy.release();
    proxy.hold(rooms.tea);
    const api = new Api(service, ann.token);
    const done = async (): Promise<number> =>
      ((await api.json(`/v1/jobs/${job_id}`)).body["progress"] as { done: number }).done;
    while ((await done()) < 3) await sleep(20);
    await service.kill();
    proxy.served.length = 0;
    proxy.release();
    await service.start();
    const index = await result(job_id);
    expect(index.rooms.map(({ room_id }) => nameOf(room_id))).to.deep.equal(["team", "club", "chess", "tea"]);
    expect(asked()).to.include("tea").and.not.include("team");
  });

  it("is brought by the bot, which goes only into spaces that the requester is in", async () => {
    await ann.say(rooms.team, "!export --space");
    const direct = await joinInvitedBy(service.userId, ann);
    const event = await eventually("the collection", async () =>
      (await messagesOf(service.userId, ann, direct)).find(({ content }) => content["msgtype"] === "m.file"),
    );
    const index = await indexOf(await ann.download(stringMember(event.content, "url") ?? ""));
    expect(index.rooms.map(({ room_id }) => nameOf(room_id))).to.deep.equal(["team", "club", "chess", "tea"]);
    expect(index.left_out?.map(({ room_id, code }) => [nameOf(room_id), code])).to.deep.equal([
      ["lonely", "not_joined"],
      ["open", "not_joined"],
      ["secret", "not_joined"],
    ]);
    expect(JSON.stringify(index)).not.to.include(rooms.unnamed);
    await said(service.userId, ann, rooms.team, "Not in it: 1 refused, 1 incognito, 3 not read; index.json says why.");
  });

  it("comes from the command line, by the space's name", async () => {
    const file = join(dir, "cli.zip");
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: ann.token };
    const { code, stderr } = await runProgram(["space", "export", "team", "-o", file], { env });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("Rooms: 4 exported, 1 refused, 0 failed, 1 incognito, 3 left_out");
    const shown = await runProgram(["bundle", "show", file], { env });
    expect(shown.stdout.toString()).to.contain(`of the space ${rooms.team}, as ${ann.userId} sees it`);
    const unknown = await runProgram(["space", "export", "nobody", "-o", join(dir, "none.zip")], { env });
    expect([unknown.code, unknown.stderr]).to.deep.equal([
      2,
      'roomporter: you are in no space called "nobody": roomporter room list --joined shows names, aliases and ids\n',
    ]);
  });
});
