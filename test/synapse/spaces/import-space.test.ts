import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { expectSameCollection } from "../../support/same-collection.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";
import { addChild, makeSpace, withService } from "./space-tree.ts";

const JOINED = "/_matrix/client/v3/joined_rooms";

/** A homeserver with its service, and somebody there. */
interface Side {
  synapse: Synapse;
  service: Service;
  user: MatrixClient;
}

describe("the import of a space", function () {
  this.timeout(400_000);
  let dir: string;
  let source: Side;
  let target: Side;
  let collection: string;
  const old: Record<string, string> = {};

  async function side(name: string): Promise<Side> {
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const registration = writeRegistration(join(dir, `${name}.yaml`), { id: "porter", url });
    const synapse = await startSynapse({ registrations: [registration.file] });
    return {
      synapse,
      service: await startService({ synapse, registration }),
      user: await registerUser(synapse.url, name),
    };
  }
  const cli = async (of: Side, args: string[]): Promise<string> => {
    const env = { ROOMPORTER_URL: of.service.url, ROOMPORTER_TOKEN: of.user.token };
    const { code, stdout, stderr } = await runProgram(args, { env });
    expect(code, stderr).to.equal(0);
    return stdout.toString();
  };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-space-import-"));
    [source, target] = [await side("ann"), await side("ben")];
    const { user, service } = source;
    const avatar = await user.upload(Buffer.from("a picture"), "image/png", "team.png");
    const avatarState = { type: "m.room.avatar", state_key: "", content: { url: avatar } };
    old["Team"] = await makeSpace(user, "Team", { topic: "all of us", initial_state: [avatarState] });
    old["Club"] = await makeSpace(user, "Club");
    old["Old tea"] = await user.createRoom({ name: "Old tea" });
    const predecessor = { room_id: old["Old tea"] };
    old["Tea"] = await user.createRoom({ name: "Tea", room_alias_name: "tea", creation_content: { predecessor } });
    old["Chess"] = await user.createRoom({ name: "Chess" });
    old["Bridged"] = await user.createRoom({ name: "Bridged" });
    await user.setState(old["Bridged"], "m.bridge", { protocol: { id: "irc" } }, "irc");
    await user.say(old["Old tea"], "the first pot");
    await user.setState(old["Old tea"], "m.room.tombstone", { body: "moved", replacement_room: old["Tea"] });
    const kettle = await user.say(old["Tea"], "the kettle is on");
    for (let count = 0; count < 10; count++) await user.say(old["Tea"], `cup ${String(count)}`);
    await user.send(old["Chess"], "m.room.message", {
      ...{ msgtype: "m.text", format: "org.matrix.custom.html" },
      body: `see https://matrix.to/#/${old["Tea"]}/${kettle}, matrix:r/tea:localhost and https://matrix.to/#/${old["Bridged"]}`,
      formatted_body: `see <a href="https://matrix.to/#/${old["Tea"]}/${kettle}?via=localhost">this</a>, <a href="https://matrix.to/#/%23tea%3Alocalhost">tea</a> and <a href="https://matrix.to/#/${old["Bridged"]}">that</a>`,
    });
    await user.say(old["Chess"], "come to matrix:r/tea:localhost, please");
    await addChild(user, old["Team"], old["Tea"]);
    await addChild(user, old["Team"], old["Club"], { order: "a", suggested: true });
    for (const name of ["Old tea", "Bridged"])
      await addChild(user, old["Team"], old[name] ?? "", { order: `b${name}` });
    await addChild(user, old["Club"], old["Chess"]);
    await addChild(user, old["Club"], old["Team"]);
    await withService(user, service, Object.values(old));
    collection = join(dir, "team.zip");
    await cli(source, ["space", "export", "Team", "-o", collection]);
  });
  after(async () => {
    for (const { synapse, service } of [source, target]) {
      await service.close();
      await synapse.close();
    }
    rmSync(dir, { recursive: true, force: true });
  });

  async function begin(of: Side, file: string, again = true): Promise<Response> {
    const form = new FormData();
    form.append("again", String(again));
    form.append("bundle", new Blob([await readFile(file)]), "team.zip");
    return await new Api(of.service, of.user.token).fetch("/v1/spaces/import", { method: "POST", body: form });
  }

  /** The new rooms by their names, as the report has them. */
  function made(report: unknown): Record<string, string> {
    const rooms = (report as { rooms: { name: string; room_id: string }[] }).rooms;
    return Object.fromEntries(rooms.map(({ name, room_id }) => [name, room_id]));
  }

  /** The rooms that the service on the new side is in. */
  const joined = async (): Promise<string[]> => {
    const as = new MatrixClient(target.synapse.url, target.service.asToken, "");
    return (await as.request("GET", JOINED))["joined_rooms"] as string[];
  };

  it("says before what it would make, and how long it would take, and makes nothing", async () => {
    const before = await joined();
    const args = ["space", "import", "-f", collection, "--dry-run"];
    const text = await cli(target, args);
    expect(text)
      .to.contain("Old tea")
      .and.to.match(/Would make 5 rooms with \d+ events and \d+ files?, in about \d+:\d\d/);
    const preview = JSON.parse(await cli(target, ["--json", ...args])) as JsonObject;
    const { name, type } = (preview["rooms"] as JsonObject[])[0] ?? {};
    expect([name, type]).to.deep.equal(["Team", "space"]);
    expect(preview["counts"]).to.deep.include({ rooms: 5, refused: 0 });
    expect(preview["seconds"]).to.be.a("number").greaterThan(0);
    expect(await joined()).to.deep.equal(before);
  });

  it("makes all of it anew: the tree, links among the rooms, what took the place of what; and the same comes out again", async () => {
    const job = JSON.parse(await cli(target, ["--json", "space", "import", "-f", collection])) as JsonObject;
    const { user } = target;
    expect(job).to.deep.include({ kind: "space_import", state: "succeeded", subject: "Team" });
    const rooms = made(job["report"]);
    expect(Object.keys(rooms)).to.deep.equal(["Team", "Club", "Chess", "Old tea", "Tea"]);
    expect(job["room_id"]).to.equal(rooms["Team"]);
    for (const roomId of Object.values(rooms)) await user.join(roomId);
    const id = (name: string): string => rooms[name] ?? "";

    const hierarchy = await user.request("GET", `/_matrix/client/v1/rooms/${encodeURIComponent(id("Team"))}/hierarchy`);
    const shown = (hierarchy["rooms"] as JsonObject[]).map((room) => [room["name"], room["room_type"] ?? null]);
    expect(shown).to.deep.equal([
      ["Team", "m.space"],
      ["Club", "m.space"],
      ["Chess", null],
      ["Old tea", null],
      ["Tea", null],
    ]);
    const child = await user.stateContent(id("Team"), "m.space.child", id("Club"));
    expect(child).to.deep.equal({ via: ["localhost"], order: "a", suggested: true });
    expect(await user.stateContent(id("Club"), "m.space.child", id("Team"))).to.deep.equal({ via: ["localhost"] });
    expect((await user.stateContent(id("Team"), "m.room.avatar"))["url"]).to.match(/^mxc:/);
    expect((await user.stateContent(id("Team"), "m.room.topic"))["topic"]).to.equal("all of us");

    const said = (await user.timeline(id("Chess"))).filter(({ type }) => type === "m.room.message");
    const [html = "", come = ""] = said.map(({ content }) => stringMember(content, "formatted_body") ?? "");
    // Tea comes later: where a message is not there yet, its link leads to its room
    expect(html).to.contain(`href="https://matrix.to/#/${id("Tea")}?via=localhost"`);
    expect(html.split(`"https://matrix.to/#/${id("Tea")}?via=localhost"`)).to.have.length(3);
    expect(come).to.contain(`come to matrix:roomid/${id("Tea").slice(1)}?via=localhost, please`);
    expect(html).to.contain(`href="https://matrix.to/#/${old["Bridged"] ?? ""}"`);
    expect(html).not.to.contain(old["Tea"]);

    const create = await user.stateContent(id("Tea"), "m.room.create");
    expect(create["predecessor"]).to.deep.equal({ room_id: id("Old tea") });
    const tombstone = await user.stateContent(id("Old tea"), "m.room.tombstone");
    expect(tombstone).to.deep.equal({ body: "moved", replacement_room: id("Tea") });
    const { rooms: reports } = job["report"] as {
      rooms: { name: string; ledger: { code: string; message: string }[] }[];
    };
    const codes = reports.map(({ name, ledger }) => [name, ledger.map(({ code }) => code)]);
    expect(codes).to.deep.include(["Team", ["child_missing"]]);

    const again = join(dir, "again.zip");
    await cli(target, ["space", "export", id("Team"), "-o", again]);
    await expectSameCollection(collection, again);
  });

  it("goes on after kill -9, wherever it comes: nothing is lost, nothing is made twice", async () => {
    const { user, service } = target;
    const refused = await begin(target, collection, false);
    expect([refused.status, ((await refused.json()) as JsonObject)["reasons"]]).to.have.nested.property(
      "[1].length",
      5,
    );
    const preview = JSON.parse(
      await cli(target, ["--json", "space", "import", "-f", collection, "--dry-run"]),
    ) as JsonObject;
    for (const room of preview["rooms"] as JsonObject[])
      expect(room["already_imported"]).to.have.keys("room_id", "job_id");
    const { job_id: jobId } = (await (await begin(target, collection)).json()) as { job_id: string };
    const api = new Api(service, user.token);
    for (const until of [0, 3, 20]) {
      for (;;) {
        const { state, progress } = (await api.json(`/v1/jobs/${jobId}`)).body as JsonObject & {
          progress: { done: number };
        };
        if (state === "succeeded" || (state === "running" && progress.done >= until)) break;
        await sleep(20);
      }
      await service.kill();
      await service.start();
    }
    const job = await api.ended(jobId);
    expect(job, JSON.stringify(job["error"])).to.include({ state: "succeeded" });
    const rooms = made(job["report"]);
    for (const roomId of Object.values(rooms)) await user.join(roomId);
    const again = join(dir, "killed.zip");
    await cli(target, ["space", "export", rooms["Team"] ?? "", "-o", again]);
    await expectSameCollection(collection, again);
    const as = new Api(service, service.adminToken);
    const { body } = await as.json(`/v1/audit?action=space_import&limit=50`);
    expect((body["rows"] as JsonObject[]).map(({ outcome }) => outcome)).to.include.members(["granted", "done"]);
  });

  it("leaves all of its rooms where it is cancelled", async () => {
    const before = await joined();
    const { job_id: jobId } = (await (await begin(target, collection)).json()) as { job_id: string };
    const api = new Api(target.service, target.user.token);
    while (((await api.json(`/v1/jobs/${jobId}`)).body["progress"] as { done: number }).done < 1) await sleep(20);
    expect(await joined()).not.to.have.members(before);
    await api.json(`/v1/jobs/${jobId}`, "DELETE");
    expect(await api.ended(jobId)).to.include({ state: "cancelled" });
    while ((await joined()).length > before.length) await sleep(50);
    expect(await joined()).to.have.members(before);
  });

  it("takes nothing that is no collection, and says what to do", async () => {
    const room = join(dir, "room.zip");
    await cli(source, ["room", "export", old["Tea"] ?? "", "-o", room]);
    const refused = await begin(target, room);
    expect(refused.status).to.equal(400);
    expect(((await refused.json()) as JsonObject)["error"]).to.contain("roomporter room import");
    const form = new FormData();
    form.append("bundle", new Blob([await readFile(collection)]), "team.zip");
    const api = new Api(target.service, target.user.token);
    const wrong = await api.fetch("/v1/rooms/import", { method: "POST", body: form });
    expect(((await wrong.json()) as JsonObject)["error"]).to.contain("roomporter space import");
  });
});
