import { expect } from "chai";
import { operateWith } from "../../../../src/requests/operation.ts";
import type { OperatorsRules } from "../../../../src/rooms/operators-rules.ts";
import { showNewRoomRules } from "../../../../src/rooms/operations/show-new-room-rules.ts";
import { Roles } from "../../../../src/rooms/roles.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { toldAuditLog } from "../../../support/fakes/memory-stores.ts";

const ANN = { userId: "@ann:x", adminToken: false, door: "http" } as const;
const TOKEN = { userId: "admin:ops", adminToken: true, door: "http" } as const;
const FREE: OperatorsRules = {
  incognito: { enabled: true, allow: ["*"], auto_close_on_leave: "asked", close_after_idle_days: 0, closing: "redact" },
  restricted: { enabled: true, allow: ["*"] },
};

describe("the rooms with rules that somebody may make", () => {
  const users = { board: ["@ann:x"], staff: ["@ann:x", "@bob:x"], secret: ["@eve:x"] };
  const roles = new Roles({
    roles: Object.fromEntries(Object.entries(users).map(([slug, of]) => [slug, { users: of }])),
    reader: () => new MemoryHomeserver("x").as("@service:x"),
    resolveAlias: async () => undefined,
  });
  const operate = operateWith(() => "user", toldAuditLog());
  const rules = (operators: OperatorsRules) => showNewRoomRules({ operate, operators, roles });

  it("name the roles that they hold, and no others", async () => {
    const shown = await rules(FREE)(ANN);
    expect(shown.restricted).to.deep.equal({ refusal: null, roles: ["board", "staff"] });
    expect(shown.incognito).to.deep.equal({
      refusal: null,
      auto_close_on_leave: "asked",
      close_after_idle_days: 0,
    });
    const few = await rules({ ...FREE, restricted: { ...FREE.restricted, roles: ["staff", "secret"] } })(ANN);
    expect(few.restricted.roles).to.deep.equal(["staff"]);
  });

  it("say in the words of a refusal what the configuration forbids", async () => {
    const { incognito, restricted } = await rules({
      incognito: { ...FREE.incognito, enabled: false },
      restricted: { ...FREE.restricted, allow: ["@bob:x"] },
    })(ANN);
    expect(incognito.refusal).to.equal(
      "There can be no new incognito rooms: the service's operator has set rooms.incognito.enabled so",
    );
    expect(restricted.refusal).to.equal(
      "@ann:x cannot have restricted rooms: the service's operator has set rooms.restricted.allow so",
    );
  });

  it("are asked for somebody else by an admin token alone", async () => {
    expect((await rules(FREE)(TOKEN, "@bob:x")).restricted.roles).to.deep.equal(["staff"]);
    const refused = await rules(FREE)(ANN, "@bob:x").then(() => undefined, String);
    expect(refused).to.contain("Only an admin token can ask for somebody else");
  });
});
