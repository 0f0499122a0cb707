import { expect } from "chai";
import { Reachability } from "../../../src/appservice/reachability.ts";
import type { PingResult } from "../../../src/ports/homeserver/appservice-ping.ts";

const URL_HERE = "http://127.0.0.1:9820";

describe("whether the homeserver reaches the service", () => {
  let asked: number;
  let stopping: AbortController;
  let lines: string[];
  beforeEach(() => {
    asked = 0;
    lines = [];
    stopping = new AbortController();
  });
  afterEach(() => stopping.abort());

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  /** Starts to ping; `again` has it ping once more. */
  function start(...pings: ((reachability: Reachability, transactionId: string) => PingResult)[]): {
    reachability: Reachability;
    again: () => Promise<void>;
  } {
    const tell =
      (level: string) =>
      (_fields: object, message: string): void =>
        void lines.push(`${level} ${message}`);
    const reachability: Reachability = new Reachability({
      registration: { id: "porter", url: URL_HERE },
      async ping(transactionId) {
        const does = pings[Math.min(asked++, pings.length - 1)];
        return does?.(reachability, transactionId) ?? { kind: "undecided" };
      },
      logger: { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") },
    });
    reachability.keepPinging(stopping.signal).catch(() => undefined);
    return {
      reachability,
      async again() {
        const before = asked;
        reachability.wake();
        while (asked === before) await settled();
        await settled();
      },
    };
  }
  const faultOf = (reachability: Reachability): string => {
    try {
      reachability.check();
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };
  const reaches = (reachability: Reachability, transactionId: string): PingResult => {
    reachability.pinged(transactionId);
    return { kind: "answered" };
  };

  it("is not known before the first ping, and is once that has arrived", async () => {
    const { reachability } = start(reaches);
    expect(faultOf(reachability)).to.equal("the homeserver has not pinged this service yet");
    await reachability.reached;
    expect(faultOf(reachability)).to.equal("");
    expect(lines).to.deep.equal([]);
  });

  const FAULTS: [string, (reachability: Reachability) => PingResult, RegExp][] = [
    [
      "another hs_token",
      (reachability) => {
        reachability.wrongToken();
        return { kind: "bad_status", status: 403 };
      },
      /^the homeserver shows another hs_token than this service's registration has: use the same hs_token/,
    ],
    [
      "another program that answers",
      () => ({ kind: "answered" }),
      /registration \(here: http:\/\/127\.0\.0\.1:9820\) and another program answers: set url to a listener/,
    ],
    [
      "another program that does not know it",
      () => ({ kind: "bad_status", status: 404 }),
      /answers with HTTP 404: set url/,
    ],
    ["another program that fails", () => ({ kind: "bad_status", status: 0 }), /answers with an error: set url/],
    [
      "a url that leads nowhere",
      () => ({ kind: "unreachable", reason: "Connection refused" }),
      /cannot connect to the url of its registration \(here: \S+9820; it says: Connection refused\): set url/,
    ],
    [
      "no url",
      () => ({ kind: "no_url" }),
      /copy of the registration has no url.*: set url: http:\/\/127\.0\.0\.1:9820 there/,
    ],
    ["another id", () => ({ kind: "other_id" }), /under another id than porter/],
  ];
  for (const [name, does, says] of FAULTS)
    it(`tells ${name}, once, and when it is mended`, async () => {
      const { reachability, again } = start(does, does, reaches);
      await settled();
      expect(faultOf(reachability)).to.match(says);
      await again();
      expect(lines).to.deep.equal([`error ${faultOf(reachability)}`]);
      await again();
      expect(faultOf(reachability)).to.equal("");
      expect(lines).to.have.length(2);
      expect(lines[1]).to.equal("info the homeserver reaches this service again");
    });

  it("stays as it was while the homeserver is away, or does not know the service", async () => {
    const away = (): PingResult => ({ kind: "undecided" });
    const { reachability, again } = start(reaches, away, () => ({ kind: "unknown_token" }));
    await again();
    await again();
    expect(faultOf(reachability)).to.equal("");
    expect(asked).to.equal(3);
  });

  describe("of a homeserver without pings", () => {
    const unsupported = (): PingResult => ({ kind: "unsupported" });

    it("is believed until a call with another hs_token comes", async () => {
      const { reachability, again } = start(unsupported);
      await reachability.reached;
      reachability.wrongToken();
      await again();
      expect(faultOf(reachability)).to.match(/another hs_token/);
      await again();
      expect(faultOf(reachability), "also later").to.match(/another hs_token/);
      reachability.transactionArrived();
      expect(faultOf(reachability)).to.equal("");
    });

    it("is certain once a transaction has come: a stranger's wrong token changes nothing", async () => {
      const { reachability, again } = start(unsupported);
      await reachability.reached;
      reachability.transactionArrived();
      reachability.wrongToken();
      await again();
      expect(faultOf(reachability)).to.equal("");
    });
  });
});
