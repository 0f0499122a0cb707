import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

describe("the command line with a real service", () => {
  let service: Service;
  let ann: MatrixClient;
  let room: string;
  let folder: string;
  before(async () => {
    service = await sharedService();
    const { url } = await sharedSynapse();
    ann = await registerUser(url, unique("ann"));
    room = await ann.createRoom({ name: "Tea" });
    await ann.say(room, "words that travel");
    const picture = await ann.upload(Buffer.from("a picture"), "image/png", "tea.png");
    await ann.send(room, "m.room.message", { msgtype: "m.image", body: "tea.png", url: picture });
    folder = await mkdtemp(join(tmpdir(), "cli-synapse-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** `roomporter …` as the person whose token it is. */
  const roomporter = (token: string, args: string[], stdin?: Uint8Array): Promise<Outcome> =>
    runProgram(args, {
      ...(stdin && { stdin }),
      env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: token, XDG_CONFIG_HOME: folder },
    });

  it("says whose token a tenant is added with, and does not keep one that nobody has", async () => {
    const home = join(folder, "home");
    const add = (token: string): Promise<Outcome> =>
      runProgram(["tenant", "add", "home", "--url", service.url], {
        stdin: Buffer.from(token),
        env: { XDG_CONFIG_HOME: home },
      });
    const added = await add(ann.token);
    expect([added.code, added.stderr.split("\n")[1]]).to.deep.equal([
      0,
      `token of ${ann.userId} at ${service.url}; permission: user`,
    ]);
    expect((await add(service.adminToken)).stderr).to.include("admin token tests at");
    const wrong = await add("syt_nobody");
    expect([wrong.code, wrong.stderr.includes("check the token")]).to.deep.equal([1, true]);
    await rm(home, { recursive: true });
  });

  it("exports to stdout, imports from stdin, exports again, and both are equivalent", async () => {
    const exported = await roomporter(ann.token, ["room", "export", room]);
    expect([exported.code, exported.stdout.subarray(0, 2).toString()]).to.deep.equal([0, "PK"]);

    const imported = await roomporter(ann.token, ["room", "import"], exported.stdout);
    expect(imported.code, imported.stderr).to.equal(0);
    const made = imported.stdout.toString().trimEnd();
    await ann.join(made);
    expect((await ann.timeline(made)).map(({ content }) => content["body"])).to.include("words that travel");

    const first = join(folder, "first.zip");
    const second = join(folder, "second.zip");
    await writeFile(first, exported.stdout);
    const again = await roomporter(ann.token, ["room", "export", made, "-o", second]);
    expect([again.code, again.stdout.length]).to.deep.equal([0, 0]);
    expect(await readdir(folder)).to.have.members(["first.zip", "second.zip"]);
    for (const file of [first, second]) expect((await runProgram(["bundle", "verify", file])).code, file).to.equal(0);
    const diff = await runProgram(["bundle", "diff", first, second]);
    expect(diff.code, diff.stdout.toString() + diff.stderr).to.equal(0);
  });

  it("imports an increment into the room of its base, which then equals the whole; somebody else may not", async () => {
    const at = (name: string): string => join(folder, `${name}.zip`);
    const done = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await roomporter(ann.token, args);
      expect(code, stderr).to.equal(0);
      return stdout.toString().trimEnd() + stderr;
    };
    const source = await ann.createRoom({ name: "Tea" });
    const first = await ann.say(source, "first");
    const spam = await ann.say(source, "spam");
    await done("room", "export", source, "-o", at("base"));
    await ann.say(source, "an answer", { "m.relates_to": { "m.in_reply_to": { event_id: first } } });
    await ann.send(source, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: first, key: "👍" } });
    await ann.say(source, "* 1st", {
      "m.new_content": { msgtype: "m.text", body: "1st" },
      "m.relates_to": { rel_type: "m.replace", event_id: first },
    });
    await ann.redact(source, spam, "spam");
    const url = await ann.upload(Buffer.from("tea leaves"), "text/plain", "tea.txt");
    await ann.send(source, "m.room.message", { msgtype: "m.file", body: "tea.txt", url });
    await ann.setState(source, "m.room.name", { name: "Green tea" });
    await done("room", "export", source, "--since-bundle", at("base"), "-o", at("part"));
    await done("room", "export", source, "-o", at("all"));

    const made = (await roomporter(ann.token, ["room", "import", "-f", at("base")])).stdout.toString().trimEnd();
    await ann.join(made);
    const { url: homeserver } = await sharedSynapse();
    const eve = await registerUser(homeserver, unique("eve"));
    const refused = await roomporter(eve.token, ["room", "import", "--into", made, "-f", at("part")]);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain("no import has made the room");
    expect(await done("room", "import", "--into", made, "-f", at("part"))).to.match(/Imported \d+ new events into !/);
    await done("room", "export", made, "-o", at("after"));
    await done("bundle", "diff", at("all"), at("after"));
    expect(await done("room", "import", "--undo", made, "--yes")).to.contain("Closed: what was said is");
    const closed = await roomporter(ann.token, ["room", "import", "--into", made, "-f", at("all")]);
    expect(closed.stderr).to.contain("was closed");
    for (const name of ["base", "part", "all", "after"]) await rm(at(name));
  });

  it("imports into a space for somebody else, with an admin token, and gives the job", async () => {
    const space = await ann.createRoom({ creation_content: { type: "m.space" }, name: "Team" });
    await ann.invite(space, service.userId);
    await ann.setState(space, "m.room.power_levels", await withPower(space, service.userId));
    const { stdout: bundle } = await roomporter(ann.token, ["room", "export", room, "--no-media"]);
    const args = ["room", "import", space, "--as", ann.userId, "--json"];
    const { code, stdout, stderr } = await roomporter(service.adminToken, args, bundle);
    expect(code, stderr).to.equal(0);
    const job = JSON.parse(stdout.toString()) as { job_id: string; room_id: string; state: string };
    expect(job.state).to.equal("succeeded");
    const children = (await ann.state(space)).filter(({ type }) => type === "m.space.child");
    expect(children.map(({ state_key }) => state_key)).to.deep.equal([job.room_id]);

    const list = await roomporter(service.adminToken, ["jobs", "list"]);
    expect(list.stdout.toString()).to.contain(job.job_id);
    const show = await roomporter(service.adminToken, ["jobs", "show", job.job_id]);
    expect(show.stdout.toString()).to.contain(job.room_id);
    expect((await roomporter(ann.token, ["jobs", "show", job.job_id])).code).to.equal(1);
  });

  async function withPower(roomId: string, userId: string): Promise<Awaited<ReturnType<MatrixClient["stateContent"]>>> {
    const levels = await ann.stateContent(roomId, "m.room.power_levels");
    return { ...levels, users: { ...(levels["users"] as object), [userId]: 50 } };
  }

  it("writes nothing where it may not", async () => {
    const { url } = await sharedSynapse();
    const eve = await registerUser(url, unique("eve"));
    const outside = await roomporter(eve.token, ["room", "export", room]);
    expect([outside.code, outside.stdout.length]).to.deep.equal([1, 0]);
    expect(outside.stderr).to.contain("not in this room");
    const wrong = await roomporter("no-such-token", ["jobs", "list"]);
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.contain("check the token");
    const faulty = await roomporter(ann.token, ["room", "import"], Buffer.from("no ZIP"));
    expect([faulty.code, faulty.stdout.length]).to.deep.equal([1, 0]);
    expect(faulty.stderr).to.contain("[zip_unreadable]");
  });

  it("ends with 3 where a rule refuses the room", async () => {
    const bridged = await ann.createRoom();
    await ann.setState(bridged, "m.bridge", { protocol: { id: "irc" } }, "irc");
    const { code, stdout, stderr } = await roomporter(ann.token, ["room", "export", bridged]);
    expect([code, stdout.length]).to.deep.equal([3, 0]);
    expect(stderr).to.equal(
      "roomporter: This room is bridged to another network: it cannot be exported or imported. [room_type_bridge]\n",
    );
  });
});
