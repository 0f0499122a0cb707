import { expect } from "chai";
import { appserviceDoor } from "../../../src/appservice/appservice-door.ts";
import { application } from "../../../src/http/application.ts";
import { listen, type OpenListener } from "../../../src/http/listeners.ts";
import type { InboxEvent } from "../../../src/ports/inbox.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { PROBE } from "../../../src/matrix/names.ts";
import { SILENT } from "../../support/fakes/logger.ts";

const SERVICE = "@roomporter:x";
const TOKEN = "hs-token-0123456789";

describe("what the homeserver calls", () => {
  let stored: InboxEvent[][];
  let indexed: string[][];
  let arrived: number;
  let wrongTokens: number;
  /** what was told to whoever watches whether the homeserver reaches the service */
  let heard: string[];
  let changes: InboxEvent[];
  let failing: boolean;
  let importing: boolean;
  let listening: OpenListener;
  beforeEach(async () => {
    stored = [];
    indexed = [];
    arrived = 0;
    wrongTokens = 0;
    heard = [];
    changes = [];
    failing = false;
    importing = false;
    const inbox = {
      store: async (events: InboxEvent[]) => {
        if (failing) throw new Error("disk full");
        stored.push(events);
        return events.length;
      },
      rooms: async () => [],
      heads: async () => [],
      done: async () => undefined,
    };
    const handler = appserviceDoor({
      hsToken: TOKEN,
      serviceUser: SERVICE,
      inbox,
      index: {
        async take(events) {
          indexed.push(events.map(({ event_id, room_id }) => `${room_id} ${event_id}`));
        },
      },
      arrived() {
        arrived++;
      },
      startedOver: () => void heard.push("started over"),
      wrongToken() {
        wrongTokens++;
      },
      reachability: {
        pinged: (transactionId) => void heard.push(`ping ${transactionId ?? "without id"}`),
        transactionArrived: () => void heard.push("transaction"),
        wrongToken: () => void heard.push("wrong token"),
      },
      importing: async () => importing,
      guard: {
        inbox: { ...inbox, store: async (events) => changes.push(...events) },
        concerns: async ({ room_id }) => room_id === "!guarded:x",
        arrived() {
          arrived++;
        },
      },
      logger: SILENT,
    });
    listening = await listen(0, "127.0.0.1", application([{ at: "/", handler }], SILENT));
  });
  afterEach(() => listening.close(0));

  const call = (path: string, method = "GET", body?: string, token = TOKEN): Promise<Response> =>
    fetch(`http://127.0.0.1:${listening.address.port}${path}`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), "content-type": "application/json" },
      ...(body !== undefined && { body }),
    });
  const push = (txnId: string, events: JsonObject[], token?: string): Promise<Response> =>
    call(`/_matrix/app/v1/transactions/${txnId}`, "PUT", JSON.stringify({ events }), token);

  const message = (id: string, content: JsonObject, more: JsonObject = {}): JsonObject => ({
    event_id: id,
    room_id: "!r:x",
    type: "m.room.message",
    sender: "@ann:x",
    origin_server_ts: 5,
    content: { msgtype: "m.text", ...content },
    ...more,
  });
  const invite = (id: string, who: string, membership = "invite"): JsonObject =>
    message(id, { membership }, { type: "m.room.member", state_key: who });

  it("is not acted on where it is of the room of a probe, whoever else puts that mark into theirs", async () => {
    const create = (sender: string): JsonObject =>
      message(
        `$c${sender}`,
        { [PROBE]: true },
        { type: "m.room.create", state_key: "", sender, room_id: "!guarded:x" },
      );
    const inside = { room_id: "!guarded:x" };
    await push("1", [create(SERVICE), message("$m", { body: "!help" }, inside)]);
    expect([stored, indexed, changes]).to.deep.equal([[[]], [[]], []]);
    await push("2", [invite("$i", SERVICE), message("$again", { body: "!help" }, inside)]);
    expect(stored.flat().map(({ event_id: id }) => id)).to.deep.equal(["$i"]);
    expect(indexed.flat()).to.deep.equal(["!r:x $i"]);
    await push("3", [{ ...create("@mallory:x"), room_id: "!theirs:x" }, message("$n", {}, { room_id: "!theirs:x" })]);
    expect(indexed.flat()).to.include("!theirs:x $n");
  });

  it("is recorded before it is acknowledged", async () => {
    failing = true;
    expect((await push("1", [invite("$i", SERVICE)])).status).to.equal(500);
    expect(arrived).to.equal(0);
    failing = false;
    const response = await push("1", [invite("$i", SERVICE)]);
    expect([response.status, await response.json()]).to.deep.equal([200, {}]);
    expect(arrived).to.equal(1);
    expect(stored).to.deep.equal([
      [
        {
          event_id: "$i",
          room_id: "!r:x",
          type: "m.room.member",
          sender: "@ann:x",
          origin_server_ts: 5,
          state_key: SERVICE,
          content: { msgtype: "m.text", membership: "invite" },
        },
      ],
    ]);
  });

  it("is recorded again under the same transaction id: Synapse begins anew at 1", async () => {
    await push("1", [message("$a", { body: "!help" })]);
    expect((await push("1", [message("$b", { body: "!jobs" })])).status).to.equal(200);
    expect(stored.flat().map((event) => event.event_id)).to.deep.equal(["$a", "$b"]);
    // what it was about to push before is to be looked for
    expect(heard).to.deep.equal(["transaction", "transaction", "started over"]);
  });

  it("is told to the feed for indexers, all of it that is an event, before it is acknowledged", async () => {
    await push("7", [
      message("$a", { body: "hello" }),
      message("$none", {}, { room_id: null }),
      invite("$b", "@bob:x"),
    ]);
    expect(indexed).to.deep.equal([["!r:x $a", "!r:x $b"]]);
  });

  it("is recorded only where it is an invitation or a command", async () => {
    const reply = { "m.in_reply_to": { event_id: "$bundle" } };
    await push("1", [
      message("$command", { body: "!export --no-media" }),
      message("$reply", { body: "> <@bob:x> file\n> more\n\n!import team", "m.relates_to": reply }),
      message("$quote", { body: "> <@bob:x> file\n\n!import team" }),
      message("$caption", { msgtype: "m.file", body: "!import team", filename: "tea.zip" }),
      message("$file", { msgtype: "m.file", body: "!import team" }),
      message("$talk", { body: "we talked about !export" }),
      message("$own", { body: "!help" }, { sender: SERVICE }),
      message("$notice", { body: "!help", msgtype: "m.notice" }),
      message("$edit", { body: "!help", "m.relates_to": { rel_type: "m.replace", event_id: "$x" } }),
      message("$imported", { body: "!help", _imported_sender: { user_id: "@ann:y" } }),
      message("$bodyless", {}),
      message("$number", { body: 5 }),
      message("$roomless", { body: "!help" }, { room_id: null }),
      invite("$invited", SERVICE),
      invite("$other", "@bob:x"),
      invite("$left", SERVICE, "leave"),
      { nonsense: true },
    ]);
    expect(stored.flat().map((event) => event.event_id)).to.deep.equal(["$command", "$reply", "$caption", "$invited"]);
  });

  it("needs the homeserver's token, in the header", async () => {
    expect((await push("1", [], "hs-token-9876543210")).status).to.equal(403);
    expect((await push("1", [], "")).status).to.equal(401);
    const path = `/_matrix/app/v1/transactions/1?access_token=${TOKEN}`;
    expect((await call(path, "PUT", "{}", "")).status).to.equal(401);
    expect((await call("/_matrix/app/v1/users/@a:x", "GET", undefined, "wrong")).status).to.equal(403);
    expect(stored).to.deep.equal([]);
    expect(wrongTokens, "counted for the audit log").to.equal(2);
  });

  it("may be a ping, with the homeserver's token", async () => {
    const ping = (body: string, token?: string): Promise<Response> => call("/_matrix/app/v1/ping", "POST", body, token);
    const response = await ping('{"transaction_id":"t1"}');
    expect([response.status, await response.json()]).to.deep.equal([200, {}]);
    expect((await ping("{}")).status).to.equal(200);
    expect((await ping("")).status).to.equal(200);
    expect((await ping('{"transaction_id":"t2"}', "wrong-hs-token-012345")).status).to.equal(403);
    expect((await ping('{"transaction_id":"t2"}', "")).status).to.equal(401);
    await push("1", []);
    expect(heard).to.deep.equal(["ping t1", "ping without id", "ping without id", "wrong token", "transaction"]);
    expect(wrongTokens, "counted for the audit log").to.equal(1);
  });

  it("must be a transaction", async () => {
    for (const body of ["", "[]", "{", '{"events": 5}']) {
      const response = await call("/_matrix/app/v1/transactions/1", "PUT", body);
      expect(response.status, body).to.equal(400);
      expect(await response.json()).to.have.property("errcode");
    }
  });

  it("is acknowledged later where it only brings back what an import sends, so that more comes with the next", async () => {
    importing = true;
    const own = message("$own", { body: "hello" }, { sender: SERVICE });
    const order: string[] = [];
    const pushed = async (name: string, events: JsonObject[]): Promise<void> => {
      expect((await push(name, events)).status).to.equal(200);
      order.push(name);
    };
    const first = pushed("own", [own]);
    await pushed("talk", [message("$talk", {})]);
    await pushed("mixed", [own, message("$talk", {})]);
    await pushed("command", [own, message("$command", { body: "!jobs" })]);
    await first;
    expect(order).to.deep.equal(["talk", "mixed", "command", "own"]);
  });

  it("may be large", async () => {
    const events = Array.from({ length: 100 }, (_, i) => message(`$${i}`, { body: "x".repeat(64_000) }));
    expect((await push("1", events)).status).to.equal(200);
  });

  it("finds no users, aliases or old endpoints", async () => {
    for (const path of ["users/@roomporter_a:x", "rooms/%23a:x", "thirdparty/protocol/irc"]) {
      const response = await call(`/_matrix/app/v1/${path}`);
      expect(response.status, path).to.equal(404);
      expect(await response.json()).to.have.property("errcode", "M_NOT_FOUND");
    }
    for (const path of ["/transactions/1", "/users/@a:x", "/health"]) {
      const response = await call(
        path,
        path.startsWith("/t") ? "PUT" : "GET",
        path.startsWith("/t") ? "{}" : undefined,
      );
      expect(response.status, path).to.equal(404);
      expect(await response.json()).to.have.property("errcode", "M_UNRECOGNIZED");
    }
  });

  it("does not learn what the service runs on", async () => {
    expect((await push("1", [])).headers.get("x-powered-by")).to.equal(null);
  });

  it("keeps for the guard who changed what in a room that it guards, and nothing of what was written", async () => {
    const topic = (id: string, room_id: string): JsonObject =>
      message(id, { topic: "a secret" }, { type: "m.room.topic", state_key: "", room_id });
    const joined = { membership: "join", displayname: "a secret" };
    const member = message("$m", joined, { type: "m.room.member", state_key: "@bob:x", room_id: "!guarded:x" });
    const said = message("$s", { body: "a secret" }, { room_id: "!guarded:x" });
    expect((await push("1", [topic("$t", "!guarded:x"), topic("$o", "!other:x"), member, said])).status).to.equal(200);
    expect(changes.map(({ event_id, content }) => [event_id, content])).to.deep.equal([
      ["$t", {}],
      ["$m", { membership: "join" }],
    ]);
    expect(arrived).to.equal(1);
  });
});
