import { PassThrough } from "node:stream";
import { expect } from "chai";
import { fakeService, json, type FakeService } from "../../../support/doors/scripted-service.ts";
import { run, type Ran } from "../../../support/doors/run-command.ts";

const ROOM = {
  room_id: "!abc:x",
  name: "Board \u202eroom",
  scope_kind: "normal",
  visibility: "private",
  read_role_slugs: [],
  membership: "join",
};

describe("room list --joined", () => {
  it("shows what names each room", async () => {
    const joined = (more: object): object => ({
      room_id: "!a:x",
      name: null,
      alias: null,
      type: null,
      members: null,
      encrypted: false,
      heroes: [],
      children: [],
      ...more,
    });
    const rooms = [
      joined({ name: "Tea", alias: "#tea:x", members: 3, encrypted: true }),
      joined({ name: "Team", type: "m.space" }),
      joined({ heroes: ["@bob:x", "@cat:x"], members: 3 }),
      joined({}),
    ];
    await using service = await fakeService((_asked, response) => json(response, 200, { rooms }));
    const { stdout } = await run(["room", "list", "--joined"], { env: service.env });
    expect(stdout.toString()).to.equal(
      "ROOM  NAME                 ALIAS   MEMBERS  KIND\n" +
        "!a:x  Tea                  #tea:x  3        room, encrypted\n" +
        "!a:x  Team                 -       -        space\n" +
        "!a:x  with @bob:x, @cat:x  -       3        room\n" +
        "!a:x  -                    -       -        room\n",
    );
    expect(service.asked[0]?.url).to.equal("/v1/rooms/joined");
    const asJson = await run(["room", "list", "--joined", "--json"], { env: service.env });
    expect(JSON.parse(asJson.stdout.toString())).to.deep.equal(rooms);
  });
});

describe("room close", () => {
  let service: FakeService;
  let shown: object;
  beforeEach(async () => {
    shown = ROOM;
    service = await fakeService(({ method }, response) =>
      json(response, 200, method === "GET" ? shown : { closed: true, events: "redacted" }),
    );
  });
  afterEach(() => service[Symbol.asyncDispose]());

  /** undefined: the input ends without an answer */
  async function closing(room: string, answer: string | undefined): Promise<Ran> {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    stdin.end(answer === undefined ? "" : `${answer}\n`);
    return await run(["room", "close", room], { env: service.env, stdin });
  }
  const asked = (): string[] => service.asked.map(({ method, url }) => `${method} ${url}`);

  it("asks for the room's name, and closes the room that it has shown", async () => {
    const { code, stderr } = await closing("#board:x", "Board \ufffdroom");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("This closes !abc:x for good").and.to.contain("Type its name (Board \ufffdroom)");
    expect(stderr).to.contain("Closed: what was said is redacted.");
    expect(asked()).to.deep.equal(["GET /v1/rooms/%23board%3Ax", "POST /v1/rooms/!abc%3Ax/close"]);
  });

  it("undoes an import in the same way: room import --undo", async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    stdin.end("Board \ufffdroom\n");
    const { code, stderr } = await run(["room", "import", "--undo", "!abc:x"], { env: service.env, stdin });
    expect(code, stderr).to.equal(0);
    expect(asked()).to.deep.equal(["GET /v1/rooms/!abc%3Ax", "POST /v1/rooms/!abc%3Ax/undo"]);
    const wrong: [string[], string][] = [
      [["team", "--undo", "!abc:x"], "--undo takes the room alone"],
      [["--undo", "!abc:x", "-f", "room.zip"], "--undo takes the room alone"],
      [["--undo", "!abc:x", "--again"], "--undo takes the room alone"],
      [["--yes"], "--yes is for --undo"],
      [["--undo", "!abc:x"], "nobody can be asked here"],
    ];
    for (const [args, words] of wrong) {
      const refused = await run(["room", "import", ...args], { env: service.env });
      expect([refused.code, refused.stderr.includes(words)], refused.stderr).to.deep.equal([2, true]);
    }
    expect(asked()).to.have.length(2);
  });

  it("asks for the id of a room without a name", async () => {
    shown = { ...ROOM, name: null };
    expect((await closing("!abc:x", "!abc:x")).code).to.equal(0);
  });

  for (const [what, answer] of [
    ["another name", "board"],
    ["nothing", ""],
    ["no answer at all", undefined],
  ] as const)
    it(`closes nothing for ${what}`, async () => {
      const { code, stderr } = await closing("!abc:x", answer);
      expect([code, stderr]).to.match(/^1,[^]*that is not the name of the room: nothing was closed\n$/);
      expect(asked()).to.deep.equal(["GET /v1/rooms/!abc%3Ax"]);
    });

  it("asks nobody with --yes, and needs it where nobody can be asked", async () => {
    const refused = await run(["room", "close", "!abc:x"], { env: service.env });
    expect([refused.code, refused.stderr]).to.match(/^2,.*confirm it with --yes/);
    expect(asked()).to.deep.equal([]);
    expect((await run(["room", "close", "!abc:x", "--yes"], { env: service.env })).code).to.equal(0);
    expect(asked()).to.deep.equal(["POST /v1/rooms/!abc%3Ax/close"]);
  });
});
