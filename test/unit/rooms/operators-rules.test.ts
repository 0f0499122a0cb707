import { expect } from "chai";
import { readPolicy, type RoomPolicy } from "../../../src/policy/room-policy.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { obeying, type OperatorsRules } from "../../../src/rooms/operators-rules.ts";

const ANN = "@ann:example.org";
const DEFAULTS: OperatorsRules = {
  incognito: { enabled: true, allow: ["*"], auto_close_on_leave: "asked", close_after_idle_days: 0, closing: "redact" },
  restricted: { enabled: true, allow: ["*"] },
};
const ordinary = readPolicy(undefined);
const incognito: RoomPolicy = { ...ordinary, scope_kind: "incognito", do_not_index: true };
const board: RoomPolicy = { ...ordinary, visibility: "restricted", read_role_slugs: ["board"] };

describe("what the operator lays down for rooms with rules", () => {
  interface Asked {
    before?: RoomPolicy;
    autoClose?: boolean;
  }
  /** What comes of it: whether the room closes when its owner leaves, or the refusal. */
  function outcome(wanted: RoomPolicy, rules: Partial<OperatorsRules>, asked: Asked = {}): boolean | string {
    const { before, autoClose } = asked;
    const policy = { ...wanted, auto_close_on_leave: autoClose ?? before?.auto_close_on_leave ?? false };
    try {
      const obeyed = obeying(policy, { owner: ANN, before, autoClose }, { ...DEFAULTS, ...rules });
      expect({ ...obeyed, auto_close_on_leave: policy.auto_close_on_leave }).to.deep.equal(policy);
      return obeyed.auto_close_on_leave;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      expect([error.kind, error.errcode]).to.deep.equal(["forbidden", "M_FORBIDDEN"]);
      return error.message;
    }
  }
  const ofIncognito = (rules: Partial<OperatorsRules["incognito"]>): Partial<OperatorsRules> => ({
    incognito: { ...DEFAULTS.incognito, ...rules },
  });
  const ofRestricted = (rules: Partial<OperatorsRules["restricted"]>): Partial<OperatorsRules> => ({
    restricted: { ...DEFAULTS.restricted, ...rules },
  });

  it("leaves everything as it was asked for where nothing is laid down", () => {
    for (const policy of [ordinary, incognito, board, { ...board, ...incognito, visibility: "restricted" as const }])
      for (const autoClose of [true, false]) expect(outcome(policy, {}, { autoClose })).to.equal(autoClose);
    expect(outcome(incognito, {})).to.equal(false);
  });

  it("turns new rooms of a kind off, not those that are there", () => {
    const none = ofIncognito({ enabled: false });
    const refused = "There can be no new incognito rooms: the service's operator has set rooms.incognito.enabled so";
    expect(outcome(incognito, none)).to.equal(refused);
    expect(outcome(incognito, none, { before: ordinary }), "one that becomes so").to.equal(refused);
    expect(outcome(incognito, none, { before: incognito })).to.equal(false);
    expect(outcome(board, none)).to.equal(false);
    expect(outcome(board, ofRestricted({ enabled: false }))).to.match(
      /^There can be no new restricted rooms: .*enabled so$/,
    );
    expect(outcome(board, ofRestricted({ enabled: false }), { before: board })).to.equal(false);
  });

  it("lets only some have them", () => {
    for (const allow of [[ANN], ["example.org"], ["*"], ["@bob:example.org", ANN]])
      expect(outcome(incognito, ofIncognito({ allow })), String(allow)).to.equal(false);
    for (const allow of [[], ["@bob:example.org"], ["other.org"]])
      expect(outcome(incognito, ofIncognito({ allow })), String(allow)).to.equal(
        `${ANN} cannot have incognito rooms: the service's operator has set rooms.incognito.allow so`,
      );
    expect(outcome(board, ofRestricted({ allow: [] }))).to.match(
      /^@ann\S+ cannot have restricted rooms: .*rooms\.restricted\.allow so$/,
    );
  });

  it("names the roles that can be named; those of a room that is there stay", () => {
    expect(outcome(board, ofRestricted({ roles: ["board", "staff"] }))).to.equal(false);
    const refused =
      "The role board cannot be named for a room: the service's operator has set rooms.restricted.roles so";
    expect(outcome(board, ofRestricted({ roles: ["staff"] }))).to.equal(refused);
    const both = { ...board, read_role_slugs: ["staff", "board"] };
    expect(outcome(both, ofRestricted({ roles: ["staff"] }), { before: board })).to.equal(false);
    const staff = { ...board, read_role_slugs: ["staff"] };
    expect(outcome(both, ofRestricted({ roles: ["staff"] }), { before: staff })).to.equal(refused);
  });

  const always =
    "An incognito room always closes when its owner leaves: the service's operator has set rooms.incognito.auto_close_on_leave so";
  const never =
    "An incognito room never closes when its owner leaves: the service's operator has set rooms.incognito.auto_close_on_leave so";
  const CLOSING: [
    OperatorsRules["incognito"]["auto_close_on_leave"],
    asked: boolean | undefined,
    becomes: boolean | string,
  ][] = [
    ["asked", undefined, false],
    ["asked", true, true],
    ["asked", false, false],
    ["default", undefined, true],
    ["default", true, true],
    ["default", false, false],
    ["always", undefined, true],
    ["always", true, true],
    ["always", false, always],
    ["never", undefined, false],
    ["never", true, never],
    ["never", false, false],
  ];
  for (const [rule, autoClose, becomes] of CLOSING)
    it(`${rule}: a room that ${autoClose === undefined ? "nothing is said of" : autoClose ? "is to close" : "is not to close"} when its owner leaves`, () => {
      const rules = ofIncognito({ auto_close_on_leave: rule });
      const asked = autoClose === undefined ? {} : { autoClose };
      expect(outcome(incognito, rules, asked)).to.equal(becomes);
      expect(outcome(incognito, rules, { ...asked, before: ordinary }), "one that becomes incognito").to.equal(becomes);
      expect(outcome(ordinary, rules, asked), "not of other rooms").to.equal(autoClose ?? false);
      if (autoClose !== undefined) expect(outcome(incognito, rules, { ...asked, before: incognito })).to.equal(becomes);
    });

  it("changes nothing about a room that closes, or does not, where something else is changed", () => {
    const closes = { ...incognito, auto_close_on_leave: true };
    expect(outcome(closes, ofIncognito({ auto_close_on_leave: "never" }), { before: closes })).to.equal(true);
    expect(outcome(incognito, ofIncognito({ auto_close_on_leave: "always" }), { before: incognito })).to.equal(false);
  });
});
