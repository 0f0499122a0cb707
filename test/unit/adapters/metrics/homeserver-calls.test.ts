import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { profileOf, whoami } from "../../../../src/adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "../../../../src/adapters/homeserver/media/media-source.ts";
import { HomeserverMediaTarget } from "../../../../src/adapters/homeserver/media/media-target.ts";
import { HomeserverWriter } from "../../../../src/adapters/homeserver/writing/room-writer.ts";
import { ScriptedHomeserver, type Answer } from "../homeserver/scripted-homeserver.ts";
import type { Timer } from "../../../../src/ports/timer.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { until } from "../../../support/until.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { metricsOf, samplesOf } from "./page.ts";

const OK: Answer = { status: 200, body: `{"user_id":"@ann:here","event_id":"$new"}` };
const V3 = "/_matrix/client/v3";

describe("the metrics of homeserver calls", () => {
  let homeserver: ScriptedHomeserver;
  let metrics: ReturnType<typeof metricsOf>;
  afterEach(() => homeserver.close());

  async function client(answers: Answer[], options: { timer?: Timer; signal?: AbortSignal } = {}) {
    homeserver = await ScriptedHomeserver.start(...answers);
    metrics = metricsOf();
    const { url } = homeserver;
    const { homeserver: meter } = metrics;
    return new HomeserverClient({ url, accessToken: "t", logger: SILENT, meter, timer: new VirtualTime(), ...options });
  }
  const samples = async (): Promise<Map<string, number>> => samplesOf(await metrics.page.text());
  const calls = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await samples())].filter(([name]) => name.startsWith("roomporter_homeserver_calls_total{")),
    );
  const series = (method: string, endpoint: string, status: string): string =>
    `roomporter_homeserver_calls_total{method="${method}",endpoint="${endpoint}",status="${status}"}`;

  it("count each attempt by method, endpoint and status, and why calls were repeated", async () => {
    const limited = { status: 429, body: `{"retry_after_ms":1}` };
    // a success after each failure keeps the waits short
    const acting = await client([limited, limited, OK, { status: 503 }, OK, { status: 500 }, OK, "reset", OK]);
    for (let i = 0; i < 4; i++) await whoami(acting);
    const endpoint = `${V3}/account/whoami`;
    expect(await calls()).to.deep.equal({
      [series("GET", endpoint, "429")]: 2,
      [series("GET", endpoint, "503")]: 1,
      [series("GET", endpoint, "500")]: 1,
      [series("GET", endpoint, "none")]: 1,
      [series("GET", endpoint, "200")]: 4,
    });
    const page = await samples();
    const retries = (reason: string): unknown => page.get(`roomporter_homeserver_retries_total{reason="${reason}"}`);
    expect(["rate_limited", "away", "server_error", "no_answer"].map(retries)).to.deep.equal([2, 1, 1, 1]);
    expect(page.get(`roomporter_homeserver_call_duration_seconds_count{method="GET",endpoint="${endpoint}"}`)).to.equal(
      9,
    );
  });

  it("measure how long the homeserver takes", async () => {
    const timer = new VirtualTime();
    const slow: Answer = (response) => {
      timer.pass(300);
      response.end(`{"user_id":"@ann:here"}`);
    };
    await whoami(await client([slow], { timer }));
    const page = await samples();
    const labels = `method="GET",endpoint="${V3}/account/whoami"`;
    expect(page.get(`roomporter_homeserver_call_duration_seconds_sum{${labels}}`)).to.equal(0.3);
    const bucket = (le: string): unknown =>
      page.get(`roomporter_homeserver_call_duration_seconds_bucket{le="${le}",${labels}}`);
    expect([bucket("0.25"), bucket("+Inf")]).to.deep.equal([0, 1]);
  });

  it("never name a room, a user, an event or a transaction", async () => {
    const acting = await client([OK]);
    await new HomeserverWriter(acting, "@porter:here").send("!secret:here", "org.secret.type", "secret/txn", {}, 1);
    await profileOf(acting, "@secret:here");
    await acting.call({ method: "GET", path: "/_matrix/client/unstable/secret?x=secret" });
    expect(await metrics.page.text()).not.to.contain("secret");
    expect(Object.keys(await calls())).to.include.members([
      series("PUT", `${V3}/rooms/{roomId}/send/{eventType}/{txnId}`, "200"),
      series("GET", `${V3}/profile/{userId}`, "200"),
      series("GET", "other", "200"),
    ]);
  });

  it("leave out a call that this side has ended", async () => {
    const ending = new AbortController();
    const waiting = whoami(await client(["never"], { signal: ending.signal }));
    await until(() => homeserver.requests.length === 1);
    ending.abort();
    await waiting.then(
      () => expect.fail("it has ended"),
      () => undefined,
    );
    expect(await calls()).to.deep.equal({});
  });

  it("count the bytes of files, both ways", async () => {
    const file = Buffer.alloc(100_000, "x");
    const acting = await client([
      (response) => response.end(file),
      { status: 200, body: `{"m.upload.size":1000000}` },
      { status: 502 },
      { status: 200, body: `{"content_uri":"mxc://here/new"}` },
    ]);
    const signal = new AbortController().signal;
    const { body } = await new HomeserverMediaSource(acting, "here").download("mxc://here/secret", signal);
    expect((await buffer(body)).length).to.equal(file.length);
    const open = async (): Promise<Readable> => Readable.from([file]);
    await new HomeserverMediaTarget(acting).upload(open, file.length, "text/plain", "secret.txt");
    const page = await samples();
    expect(page.get(`roomporter_media_bytes_total{direction="down"}`)).to.equal(100_000);
    expect(page.get(`roomporter_media_bytes_total{direction="up"}`)).to.equal(100_000);
    expect(await calls()).to.deep.equal({
      [series("GET", "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}", "200")]: 1,
      [series("GET", "/_matrix/client/v1/media/config", "200")]: 1,
      [series("POST", "/_matrix/media/v3/upload", "502")]: 1,
      [series("POST", "/_matrix/media/v3/upload", "200")]: 1,
    });
    expect(await metrics.page.text()).not.to.contain("secret");
  });
});
