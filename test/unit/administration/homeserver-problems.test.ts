import { expect } from "chai";
import { homeserverProblems, showProblems, type Demands } from "../../../src/administration/homeserver-problems.ts";
import { UNKNOWN_CAPABILITIES, type Capabilities } from "../../../src/ports/homeserver/capabilities.ts";

const DEMANDS: Demands = { importVersion: "12", roomsVersion: "12", purges: false, adminToken: false };

describe("what the configuration asks for and the homeserver cannot do", () => {
  const problems = (capabilities: Partial<Capabilities>, demands: Partial<Demands> = {}): string[] =>
    homeserverProblems({ ...UNKNOWN_CAPABILITIES, ...capabilities }, { ...DEMANDS, ...demands }).map((problem) =>
      showProblems([problem]),
    );
  const having = (...versions: string[]) => ({
    room_versions: { default: null, available: versions.map((version) => ({ version, stability: "stable" })) },
  });

  it("is nothing where nothing is known, or all is there", () => {
    expect(problems({})).to.deep.equal([]);
    expect(
      problems(
        { ...having("11", "12"), media: true, forget: true, redaction: "undated", admin_api: "dendrite" },
        { adminToken: true, purges: true },
      ),
    ).to.deep.equal([]);
  });

  it("names the key of a room version, and those that there are", () => {
    expect(problems(having("1", "10", "11", "12"), { importVersion: "13" })).to.deep.equal([
      "import.room_version: the homeserver has no room version 13, but of those that are 11 or newer: 11, 12. Set one of them, or upgrade the homeserver",
    ]);
    const both = problems(having("9", "10"));
    expect(both.map((text) => text.split(":")[0])).to.deep.equal(["import.room_version", "rooms.room_version"]);
    expect(both[0]).to.include("none that is 11 or newer: upgrade the homeserver");
  });

  const CASES: readonly [Partial<Capabilities>, Partial<Demands>, string][] = [
    [{ admin_api: "none", reasons: { admin_api: "no" } }, { adminToken: true }, "homeserver.admin_token: no"],
    [{ media: false, reasons: { media: "not here" } }, {}, "homeserver.url: not here"],
    [{ forget: false, reasons: { forget: "not here" } }, {}, "homeserver.url: not here"],
    [{ dated_events: false, reasons: { dated_events: "no" } }, {}, "homeserver.url: no: imports need dates"],
    [{ redaction: "none" }, {}, "homeserver.url: redactions have no effect"],
  ];
  for (const [capabilities, demands, message] of CASES)
    it(`is ${message}`, () => {
      const found = problems(capabilities, demands);
      expect(found).to.have.length(1);
      expect(found[0]).to.include(message);
    });

  it("is also a purge that no admin API does", () => {
    const found = problems({ admin_api: "none" }, { adminToken: true, purges: true });
    expect(found.map((text) => text.split(":")[0])).to.deep.equal([
      "homeserver.admin_token",
      "rooms.incognito.closing",
    ]);
  });
});
