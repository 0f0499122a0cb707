import { expect } from "chai";
import { createRoom } from "../../../../src/adapters/homeserver/room-calls.ts";
import { whoami } from "../../../../src/adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverWriter } from "../../../../src/adapters/homeserver/writing/room-writer.ts";
import { canonicalJson } from "../../../../src/matrix/json.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import type { Timer } from "../../../../src/ports/timer.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { until, untilAborted } from "../../../support/until.ts";
import { halfOf, ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const OK: Answer = { status: 200, body: `{"user_id":"@ann:here","room_id":"!new","event_id":"$new"}` };
const AWAY: Answer = { status: 503, body: `{"errcode":"M_UNKNOWN"}` };
const TOKEN = "syt_secret_token";

describe("calls of the homeserver", () => {
  let homeserver: ScriptedHomeserver;
  let time: VirtualTime;
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(JSON.stringify([fields, message]));
  const logger = { debug: log, info: log, warn: log, error: log };

  async function client(
    answers: Answer[],
    options: { accessToken?: string; patienceMs?: number; signal?: AbortSignal; timer?: Timer } = {},
  ): Promise<HomeserverClient> {
    homeserver = await ScriptedHomeserver.start(...answers);
    time = new VirtualTime();
    return new HomeserverClient({ url: homeserver.url, accessToken: TOKEN, logger, timer: time, ...options });
  }
  async function failureOf(call: Promise<unknown>): Promise<HomeserverError> {
    const failure = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(HomeserverError);
    return failure as HomeserverError;
  }
  afterEach(async () => {
    await homeserver.close();
  });

  const passing: [string, Answer][] = [
    ["429 with retry_after_ms", { status: 429, body: `{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":30}` }],
    ["429 with Retry-After", { status: 429, body: "{}", headers: { "retry-after": "0" } }],
    ["502 with a proxy's page", { status: 502, body: "<html>Bad gateway</html>" }],
    ["503", AWAY],
    ["504 without a body", { status: 504, body: "" }],
    ["one 500", { status: 500, body: `{"Err":""}` }],
    ["a connection that breaks", "reset"],
    ["an answer that is not JSON", { status: 200, body: "<html>Welcome" }],
    ["a refusal that breaks off", halfOf(404)],
  ];
  for (const [name, answer] of passing)
    it(`are repeated after ${name}`, async () => {
      expect(await whoami(await client([answer, answer, OK]))).to.equal("@ann:here");
      expect(homeserver.requests).to.have.length(3);
    });

  it("ask for their permit before each attempt, and are not made without", async () => {
    const order: string[] = [];
    const permits = [true, true, false];
    const permit = async (): Promise<void> => {
      order.push(`permit after ${homeserver.requests.length}`);
      if (!permits.shift()) throw new Error("lost");
    };
    const asking = (await client([AWAY, AWAY, OK])).until(AbortSignal.timeout(60_000), permit);
    const writer = new HomeserverWriter(asking, "@ann:here");
    const error: unknown = await writer.invite("!r:x", "@bob:here").catch((reason: unknown) => reason);
    expect(error).to.deep.include({ message: "lost" });
    expect(order).to.deep.equal(["permit after 0", "permit after 1", "permit after 2"]);
    expect(homeserver.requests).to.have.length(2);
  });

  it("give out nothing that was read by one whose permit has ended, and what became of what was written", async () => {
    let permits = 0;
    const permit = async (): Promise<void> => {
      if (permits-- <= 0) throw new Error("lost");
    };
    const asking = (await client([OK, OK])).until(AbortSignal.timeout(60_000), permit);
    permits = 1;
    expect(await whoami(asking).catch((reason: unknown) => reason)).to.deep.include({ message: "lost" });
    permits = 1;
    expect(await createRoom(asking, {})).to.equal("!new");
  });

  it("wait as long as the homeserver asks", async () => {
    await whoami(await client([{ status: 429, body: `{"retry_after_ms":600}` }, OK]));
    expect(time.slept).to.deep.equal([600]);
  });

  it("end where a 500 repeats itself", async () => {
    const failure = await failureOf(
      whoami(await client([{ status: 500, body: `{"errcode":"M_UNKNOWN","error":"Internal"}` }])),
    );
    expect(failure).to.include({ status: 500, errcode: "M_UNKNOWN", message: "Internal" });
    expect(homeserver.requests).to.have.length(3);
  });

  it("end at once where the homeserver refuses", async () => {
    const failure = await failureOf(
      whoami(await client([{ status: 403, body: `{"errcode":"M_FORBIDDEN","error":"No"}` }])),
    );
    expect(failure).to.include({ status: 403, errcode: "M_FORBIDDEN", message: "No" });
    expect(homeserver.requests).to.have.length(1);
  });

  it("name an error M_UNKNOWN that does not name itself", async () => {
    const failure = await failureOf(whoami(await client([{ status: 400, body: `{"Err":""}` }])));
    expect(failure).to.include({ status: 400, errcode: "M_UNKNOWN" });
  });

  it("end when patience ends, with the last failure", async () => {
    const failure = await failureOf(whoami(await client([{ status: 503 }], { patienceMs: 60_000 })));
    expect(failure.status).to.equal(503);
    // one wait more, the longest, would be too much
    expect(time.monotonic()).to.be.within(60_000 - 6_250, 60_000);
    expect(Math.max(...time.slept)).to.be.most(6_250);
  });

  it("end where nothing listens, when patience ends", async () => {
    const calling = await client([OK], { patienceMs: 400 });
    await homeserver.close();
    const failure = await failureOf(whoami(calling));
    expect(failure).to.include({ status: 0, errcode: "M_UNKNOWN" });
    homeserver = await ScriptedHomeserver.start(OK);
  });

  for (const [name, answer] of [
    ["waiting to be repeated", { status: 429, body: `{"retry_after_ms":60000}` }],
    ["waiting for the answer", "never"],
  ] as const)
    it(`end with the signal while ${name}`, async () => {
      const abort = new AbortController();
      const waits = new VirtualTime();
      // who sleeps by this time sleeps until the signal comes
      const timer: Timer = { monotonic: () => 0, sleep: (ms, signal) => untilAborted(waits.sleep(ms), signal) };
      const call = whoami(await client([answer], { signal: abort.signal, timer }));
      await until(() => homeserver.requests.length === 1 && (answer === "never" || waits.slept.length === 1));
      abort.abort(new Error("enough"));
      const failure: unknown = await call.catch((error: unknown) => error);
      expect(failure).to.have.property("message", "enough");
    });

  it("end with a signal that comes just when they are made", async () => {
    const abort = new AbortController();
    const call = whoami(await client(["never"], { signal: abort.signal }));
    abort.abort(new Error("enough"));
    expect(await call.catch((error: unknown) => error)).to.have.property("message", "enough");
  });

  describe("that must not be seen twice", () => {
    it("are not repeated once the homeserver may have acted", async () => {
      for (const answer of [{ status: 502 }, { status: 500 }, "reset"] as const) {
        await failureOf(createRoom(await client([answer, OK]), {}));
        expect(homeserver.requests).to.have.length(1);
        if (answer !== "reset") await homeserver.close();
      }
    });

    it("are repeated where it said that it did nothing", async () => {
      const created = await createRoom(await client([{ status: 429, body: `{"retry_after_ms":1}` }, OK]), {
        name: "Tea",
      });
      expect(created).to.equal("!new");
      expect(homeserver.requests.map(({ body }) => body)).to.deep.equal([`{"name":"Tea"}`, `{"name":"Tea"}`]);
    });
  });

  it("read numbers without loss", async () => {
    const source = `{"a":1.0,"b":1152921504606846977}`;
    const answer = await (await client([{ status: 200, body: source }])).call({ method: "GET", path: "/x" });
    expect(canonicalJson(answer)).to.equal(source);
  });

  it("keep their connections", async () => {
    const calling = await client([OK]);
    for (let i = 0; i < 20; i++) await whoami(calling);
    // a second one is opened where the first is just being laid down
    expect(homeserver.connections).to.be.at.most(2);
  });

  it("say nothing of a token where there is none", async () => {
    await whoami(await client([OK], { accessToken: "" }));
    expect(homeserver.requests[0]?.headers).not.to.have.property("authorization");
  });

  it("never log the token, nor put it into an error", async () => {
    const failure = await failureOf(
      whoami(await client(["reset", { status: 503 }, { status: 401, body: `{"error":"No"}` }])),
    );
    expect(homeserver.requests[0]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    expect(logged).to.have.length.greaterThan(1);
    expect(JSON.stringify([failure, failure.message, failure.stack, logged])).not.to.contain(TOKEN);
  });

  describe("sending an event", () => {
    const send = async (first: Answer): Promise<string[]> => {
      homeserver = await ScriptedHomeserver.start(first, OK);
      const acting = new HomeserverClient({ url: homeserver.url, accessToken: TOKEN, userId: "@porter:here", logger });
      const writer = new HomeserverWriter(acting, "@porter:here");
      expect(await writer.send("!r:here", "m.room.message", "t/1", { body: "\ud800" }, 0)).to.equal("$new");
      await writer.send("!r:here", "m.room.message", "t2", {});
      return homeserver.requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
    };
    const target = "PUT /_matrix/client/v3/rooms/!r:here/send/m.room.message/t";

    it("names the device, once the homeserver knows it", async () => {
      expect(await send({ status: 200 })).to.deep.equal([
        "PUT /_matrix/client/v3/devices/ROOMPORTER?user_id=@porter:here",
        `${target}/1?ts=0&device_id=ROOMPORTER&user_id=@porter:here`,
        `${target}2?device_id=ROOMPORTER&user_id=@porter:here`,
      ]);
      expect(homeserver.requests[1]?.body).to.equal(`{"body":"\\ud800"}`);
    });

    it("goes without one where the homeserver knows no such thing", async () => {
      expect((await send({ status: 404, body: "404 page not found" })).at(-1)).to.equal(
        `${target}2?user_id=@porter:here`,
      );
    });

    it("refuses an address that cannot be written", async () => {
      homeserver = await ScriptedHomeserver.start(OK);
      const acting = new HomeserverClient({ url: homeserver.url, accessToken: TOKEN, logger });
      const writer = new HomeserverWriter(acting, "@porter:here");
      const failure = await failureOf(writer.send("!r:here", "org.\ud800", "t", {}));
      expect(failure).to.include({ status: 400, errcode: "M_INVALID_PARAM" });
    });
  });
});
