import { expect } from "chai";
import { HomeserverWatch } from "../../../src/appservice/homeserver-watch.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";

const SERVICE = "@roomporter:example.org";
const gone = new HomeserverError(0, "M_UNKNOWN", "no answer from the homeserver (ECONNREFUSED)");

describe("the watch over the homeserver", () => {
  let lines: string[];
  let backs: number;
  let answer: string | Error;
  let asked: number;
  let watch: HomeserverWatch;
  beforeEach(() => {
    lines = [];
    backs = 0;
    asked = 0;
    answer = SERVICE;
    const tell =
      (level: string) =>
      (_fields: object, message: string): void =>
        void lines.push(`${level} ${message}`);
    watch = new HomeserverWatch({
      url: "http://hs:8008",
      serviceUser: SERVICE,
      async whoami() {
        asked++;
        await Promise.resolve();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      back() {
        backs++;
      },
      logger: { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") },
    });
  });
  const messageOf = async (check: Promise<void>): Promise<string> =>
    check.then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : ""),
    );

  it("says one line when the homeserver goes away and one when it is back, with its URL", async () => {
    await watch.checkAnswer();
    answer = gone;
    const away = await messageOf(watch.checkAnswer());
    expect(away).to.equal(
      "the homeserver at http://hs:8008 (homeserver.url) does not answer: no answer from the homeserver (ECONNREFUSED); retrying until it does",
    );
    answer = new HomeserverError(502, "M_UNKNOWN", "<h1>a proxy's page</h1>");
    expect(await messageOf(watch.checkAnswer())).to.match(/does not answer: HTTP 502 M_UNKNOWN;/);
    expect(backs).to.equal(0);
    answer = SERVICE;
    await watch.checkAnswer();
    await watch.checkAnswer();
    expect(lines).to.deep.equal([`warn ${away}`, "info the homeserver at http://hs:8008 answers again"]);
    expect(backs).to.equal(1);
  });

  it("tells a token that the homeserver does not know from one that is another user's, and when it is mended", async () => {
    const faults: string[] = [];
    for (const wrong of [
      new HomeserverError(401, "M_UNKNOWN_TOKEN", ""),
      "@other:example.org",
      "@roomporter:old.org",
    ]) {
      answer = wrong;
      await watch.checkAnswer();
      faults.push(await messageOf(watch.checkRegistration()));
    }
    expect(faults[0]).to.match(/http:\/\/hs:8008 does not know the as_token .*app_service_config_files/);
    expect(faults[1]).to.match(/as that of @other:example\.org, not of @roomporter:example\.org: correct/);
    expect(faults[2]).to.match(/as that of @roomporter:old\.org, not of/);
    // away: what was wrong before is not forgotten, and not said again
    answer = gone;
    expect(await messageOf(watch.checkRegistration())).to.equal(faults[2]);
    answer = "roomporter";
    expect(await messageOf(watch.checkRegistration()), "Dendrite gives the localpart alone").to.equal("");
    const [first, second, third, , ...rest] = lines;
    expect([first, second, third]).to.deep.equal(faults.map((fault) => `error ${fault}`));
    expect(rest).to.deep.equal([
      "info the homeserver at http://hs:8008 answers again",
      "info the homeserver at http://hs:8008 accepts the registration",
    ]);
  });

  it("asks once for all who want to know at the same time", async () => {
    await Promise.all([watch.checkAnswer(), watch.checkRegistration(), watch.checkAnswer()]);
    expect(asked).to.equal(1);
  });

  it("takes the end of the process for no fault of the homeserver", async () => {
    answer = new Error("stopping");
    await watch.checkAnswer();
    expect(lines).to.deep.equal([]);
  });
});
