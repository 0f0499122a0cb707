import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { TestClock } from "../../contracts/stores.ts";
import { ANN, CREATED, fakeParts, job, message, ROOM, SELF } from "../../support/fakes/bot.ts";

const failureOf = (handled: Promise<void>): Promise<unknown> =>
  handled.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the bot", () => {
  it("answers !help with one notice that names every command", async () => {
    const parts = fakeParts();
    await new Bot(parts).handle(message("!help"));
    const [said, ...more] = parts.homeserver.said;
    expect(more).to.deep.equal([]);
    expect(said?.content).to.include({ msgtype: "m.notice" });
    expect(said?.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: "$command" } });
    for (const name of ["!export", "!import", "!jobs", "!cancel", "!help"])
      expect(said?.content["body"]).to.contain(name);
  });

  it("answers in the thread that the command stands in", async () => {
    const parts = fakeParts();
    await new Bot(parts).handle(message("!help", { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } }));
    expect(parts.homeserver.said[0]?.content["m.relates_to"]).to.include({ rel_type: "m.thread", event_id: "$root" });
  });

  it("says nothing to what it does not know", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!roll 2d6"));
    await bot.handle(message("!constructor"));
    await bot.handle(message("hello"));
    expect(parts.homeserver.said).to.deep.equal([]);
  });

  it("says which command was meant, to those who may use it", async () => {
    const asked = async (words: string, parts = fakeParts()): Promise<string> => {
      await new Bot(parts).handle(message(words));
      return parts.homeserver.bodies(ROOM).join();
    };
    expect(await asked("!exprot --no-media")).to.contain("no command !exprot. Did you mean `!export`?");
    expect(await asked("!hlep")).to.contain("Did you mean `!help`?");
    expect(await asked("!exprot", fakeParts({ permissionOf: () => "none" }))).to.equal("");
    expect(await asked("!export --snce 2026-01-01")).to.contain("Unknown option --snce. Did you mean --since? Known:");
    expect(await asked('!export "2026')).to.contain(
      'Nothing closes the quotation mark of "2026: write "two words". Usage: !export',
    );
    expect(await asked("!room creat Board")).to.contain("Unknown act creat. Did you mean create? Known:");
  });

  it("starts an export for the one who asks, under the command's own id", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!export --no-media"));
    await bot.stop();
    expect(parts.operations.calls).to.deep.equal([
      {
        method: `export ${ROOM}`,
        requester: { userId: ANN, adminToken: false, door: "bot" },
        options: { media: false, viewer: false, without_bot: false, requestId: "$command", upTo: "$command" },
      },
    ]);
  });

  it("exports the space that it is said in with --space, without options that are for one room", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!export —space --no-media"));
    await bot.stop();
    expect(parts.operations.calls.map(({ method, options }) => ({ method, options }))).to.deep.equal([
      {
        method: `export space ${ROOM}`,
        options: { media: false, viewer: false, without_bot: false, requestId: "$command", upTo: "$command" },
      },
    ]);
    const wrong = fakeParts();
    await new Bot(wrong).handle(message("!export --space --thread $x"));
    expect(wrong.homeserver.bodies(ROOM)[0]).to.contain("Unknown option --thread.");
    expect(wrong.operations.calls).to.deep.equal([]);
  });

  it("exports the predecessors of the room with --with-predecessors, without options that are for one room", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!export --with-predecessors"));
    await bot.stop();
    expect(parts.operations.calls.map(({ method }) => method)).to.deep.equal([`export predecessors of ${ROOM}`]);
    const wrong = fakeParts();
    await new Bot(wrong).handle(message("!export --with-predecessors --thread $x"));
    expect(wrong.homeserver.bodies(ROOM)[0]).to.contain("--thread: expected nothing beside with_predecessors");
    expect(wrong.operations.calls).to.deep.equal([]);
  });

  it("sends its answer once, however often it is given the same event", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!help"));
    await bot.handle(message("!help"));
    expect(parts.homeserver.said).to.have.length(1);
  });

  it("tells how a command is used that was used wrongly", async () => {
    const parts = fakeParts();
    await new Bot(parts).handle(message("!export --what"));
    expect(parts.homeserver.bodies(ROOM)[0]).to.contain("Usage: !export [--space] [--no-media]");
    expect(parts.operations.calls).to.deep.equal([]);
  });

  it("gives a refusal in the words that every door uses", async () => {
    const parts = fakeParts();
    const reasons = [{ code: "scope_incognito", message: "This room is incognito." }];
    parts.operations.refusal = new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "This room is incognito.", reasons);
    await new Bot(parts).handle(message("!export"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal(["This room is incognito."]);
  });

  it("names a few of many faults", async () => {
    const parts = fakeParts();
    const reasons = Array.from({ length: 9 }, (_, n) => ({ code: "event_shape", message: `Fault ${n}.` }));
    parts.operations.refusal = new RequestError("invalid", "M_BAD_JSON", "The bundle is faulty", reasons);
    await new Bot(parts).handle(message("!export"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "The bundle is faulty: Fault 0. Fault 1. Fault 2. Fault 3. Fault 4. And 4 more.",
    ]);
  });

  it("tells those who may not use it, and does nothing for them", async () => {
    const parts = fakeParts({ permissionOf: () => "none" });
    await new Bot(parts).handle(message("!export"));
    await new Bot(parts).handle(message("!help", {}, { event_id: "$second" }));
    expect(parts.homeserver.bodies(ROOM)[0]).to.contain("may not use");
    expect(parts.operations.calls).to.deep.equal([]);
    const what = { action: "export", outcome: "refused", reasons: ["M_FORBIDDEN"] };
    expect(parts.audit.entries).to.deep.equal([{ ...what, actor: ANN, door: "bot", room_id: ROOM }]);
  });

  it("shows the audit log to admins among themselves alone", async () => {
    const parts = fakeParts({ permissionOf: (userId) => (userId === "@bob:acme.org" ? "user" : "admin") });
    const told = { action: "import", outcome: "refused", door: "http", actor: "@cat:x" } as const;
    await parts.audit.record({ ...told, room_id: "!r:x", on_behalf_of: "@dan:x", reasons: ["M_FORBIDDEN"] });
    await parts.audit.record({ action: "export", outcome: "done", door: "cli", actor: "admin:ops" });
    const bot = new Bot(parts);
    await bot.handle(message("!audit"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "Not here: ask in a direct message, or in an invite-only room in which all are admins.",
    ]);
    parts.homeserver.rooms.set("!direct:acme.org", [SELF, ANN]);
    const ask = (words: string): Promise<void> =>
      bot.handle(message(words, {}, { event_id: `$${words}`, room_id: "!direct:acme.org" }));
    await ask("!audit 5 --action import");
    parts.rooms.byAlias = async (alias) => (alias === "#tea:x" ? "!r:x" : "!other:x");
    await ask("!audit --room #tea:x --action import");
    await ask("!audit --room #other:x --action import");
    await ask("!audit --action nothing");
    await ask("!audit 51");
    const at = new Date(new TestClock().now()).toISOString();
    const [rows, ofAlias, ofOther, ...misuses] = parts.homeserver.bodies("!direct:acme.org");
    expect(rows).to.equal(`1. ${at} import refused by @cat:x (http) for @dan:x in !r:x M_FORBIDDEN`);
    expect([ofAlias, ofOther]).to.deep.equal([rows, "There are no such rows."]);
    expect(misuses.join()).to.contain("--action: expected one of export,").and.to.contain("one number, up to 50");
    expect(parts.audit.entries.at(-1)).to.deep.include({ action: "audit_read", actor: ANN, door: "bot" });
  });

  it("keeps the audit log from those who are no admins", async () => {
    const parts = fakeParts();
    await new Bot(parts).handle(message("!audit"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal(["Only admins may read the audit log"]);
    expect(parts.audit.entries.map(({ outcome }) => outcome)).to.deep.equal(["refused"]);
  });

  it("lists only the asker's own jobs in a room, also to an admin", async () => {
    const parts = fakeParts({ permissionOf: () => "admin" });
    parts.operations.states = [job({ state: "running", progress: { done: 12, total: 300, unit: "events" } })];
    const bot = new Bot(parts);
    await bot.handle(message("!jobs"));
    expect(parts.operations.calls[0]?.options).to.deep.equal({ own: true, limit: 10 });
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal(["j1  export  running  12 of 300 events"]);
  });

  it("lists everybody's jobs, with requester and times, to admins among themselves alone", async () => {
    const parts = fakeParts({ permissionOf: (userId) => (userId === "@bob:acme.org" ? "user" : "admin") });
    parts.operations.states = [job({ state: "succeeded", owner: "@cat:x", created_at: 0, finished_at: 1000 })];
    const bot = new Bot(parts);
    await bot.handle(message("!jobs --all"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "Not here: ask in a direct message, or in an invite-only room in which all are admins.",
    ]);
    parts.homeserver.rooms.set("!direct:acme.org", [SELF, ANN]);
    await bot.handle(message("!jobs --all", {}, { event_id: "$2", room_id: "!direct:acme.org" }));
    const [said] = parts.homeserver.bodies("!direct:acme.org");
    expect(said).to.match(/^j1 .* by @cat:x {2}asked 1970-01-01T00:00:00\.000Z {2}ended 1970-01-01T00:00:01\.000Z$/);
    expect(parts.operations.calls.at(-1)?.options).to.deep.equal({ own: false, limit: 10 });
    const user = fakeParts();
    await new Bot(user).handle(message("!jobs --all"));
    expect(user.homeserver.bodies(ROOM)).to.deep.equal(["Only admins may see the jobs of others"]);
  });

  it("cancels a job by its id", async () => {
    const parts = fakeParts({ permissionOf: () => "admin" });
    parts.operations.states = [job({ state: "cancelled" })];
    const bot = new Bot(parts);
    await bot.handle(message("!cancel j1"));
    await bot.handle(message("!cancel", {}, { event_id: "$second" }));
    expect(parts.operations.calls.map(({ method }) => method)).to.deep.equal(["cancel j1"]);
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "Job j1 is cancelled.",
      "Name one job: !jobs lists them. Usage: !cancel ID [--keep]",
    ]);
  });

  it("cancels a job so that it can go on, and goes on with it in a new notice", async () => {
    const parts = fakeParts();
    parts.operations.states = [job({ state: "cancelled" })];
    const bot = new Bot(parts);
    await bot.handle(message("!cancel j1 --keep"));
    parts.operations.states = [job({ state: "queued" })];
    await bot.handle(message("!retry j1", {}, { event_id: "$second" }));
    await bot.handle(message("!retry", {}, { event_id: "$third" }));
    await bot.stop();
    expect(parts.operations.calls.map(({ method, options }) => [method, options])).to.deep.equal([
      ["cancel j1", { keep: true }],
      ["retry j1", {}],
    ]);
    const [cancelled, again, usage] = parts.homeserver.bodies(ROOM);
    expect(cancelled).to.equal("Job j1 is cancelled. `!retry j1` goes on with it.");
    expect(again).to.contain("Export j1 waits for its turn.");
    expect(usage).to.contain("Usage: !retry ID");
    expect(await parts.memory.openNotices()).to.deep.equal(["j1"]);
  });

  it("passes over what was said by somebody who is not in the room, or where it is not itself", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!help", {}, { sender: "@gone:acme.org" }));
    await bot.handle(message("!help", {}, { room_id: "!elsewhere:acme.org" }));
    expect(parts.homeserver.said).to.deep.equal([]);
  });

  it("passes over history that somebody replayed into the room, but not over what waited while it was down", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle(message("!help", {}, { origin_server_ts: CREATED - 86_400_000 }));
    expect(parts.homeserver.said).to.deep.equal([]);
    await bot.handle(message("!help", {}, { origin_server_ts: CREATED + 1 }));
    expect(parts.homeserver.said).to.have.length(1);
  });

  it("wants to be called again where the homeserver is away, and not where it says no", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    parts.homeserver.muted.add(ROOM);
    await bot.handle(message("!help"));
    expect(parts.logged).to.deep.equal(["a command could not be answered"]);
    for (const status of [0, 429, 502, 503, 504]) {
      parts.homeserver.say = () => Promise.reject(new HomeserverError(status, "M_UNKNOWN", "away"));
      expect(await failureOf(bot.handle(message("!help"))), String(status)).to.have.property("status", status);
    }
  });
});
