import { expect } from "chai";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { operationsWorld, type OperationsWorld } from "../../support/operations-world.ts";
import { TABLE, WHO, type Result, type Who } from "./operations-table.ts";

const requester = (who: Who): Requester => {
  const [userId] = WHO[who];
  if (who === "adminToken") return { userId, adminToken: true, door: "http" };
  if (who === "session") return { userId, adminToken: false, door: "http", session: true };
  return { userId, adminToken: false, door: "http", accessToken: "secret" };
};
const world = (): Promise<OperationsWorld> => operationsWorld(Object.fromEntries(Object.values(WHO)));

/** @throws what is no answer of an operation */
async function resultOf(call: Promise<unknown>): Promise<Result> {
  try {
    await call;
    return "let in";
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.kind === "forbidden" || error.kind === "not_found") return error.kind;
    // there was nothing to cancel or to retry, and no bundle
    if (error.kind === "invalid" || error.kind === "conflict") return "let in";
    throw error;
  }
}

describe("who may do what, as it is now", () => {
  let shared: OperationsWorld;
  before(async () => {
    shared = await world();
  });
  after(() => shared.remove());

  for (const { operation, of, call, result, unrecorded } of TABLE)
    it(`${operation}${of === undefined ? "" : ` of ${of}`}`, async () => {
      for (const who of Object.keys(WHO) as Who[]) {
        const { operations, log, upload } = shared;
        log.entries.length = 0;
        const found = await resultOf(call(operations, requester(who), upload));
        expect(found, who).to.equal(result(who));
        if (found === "let in") continue;
        const told = log.entries.map(({ outcome, actor }) => `${outcome} ${actor}`);
        expect(told, `${who} in the audit log`).to.deep.equal(unrecorded ? [] : [`refused ${WHO[who][0]}`]);
      }
    });

  it("is asked of every operation that there is", () => {
    const all = Object.entries(shared.operations).flatMap(([name, functions]) =>
      (name === "feed" ? ["open"] : Object.keys(functions)).map((each) => `${name}.${each}`),
    );
    expect([...new Set(TABLE.map(({ operation }) => operation))]).to.have.members(all);
  });

  it("decides which jobs are listed", async () => {
    const { operations, remove } = await world();
    await remove();
    const listed = async (who: Who, own = false): Promise<string[]> =>
      (await operations.jobs.list(requester(who), { own })).jobs.map(({ id }) => id);
    expect(await listed("owner")).to.deep.equal(["of-ann"]);
    expect(await listed("other")).to.deep.equal([]);
    expect(await listed("formerAdmin"), "an export of all rooms").to.deep.equal([]);
    expect(await listed("admin")).to.have.members(["of-ann", "of-gone", "all"]);
    expect(await listed("admin", true), "own ones alone").to.deep.equal([]);
    const of = (who: Who, whose: string): Promise<unknown> =>
      operations.jobs.list(requester(who), { requester: whose }).then(
        ({ jobs }) => jobs.map(({ id }) => id),
        (error: unknown) => (error instanceof RequestError ? error.kind : error),
      );
    expect(await of("admin", "@ann:x")).to.deep.equal(["of-ann"]);
    expect(await of("owner", "@ann:x")).to.deep.equal(["of-ann"]);
    expect(await of("other", "@ann:x")).to.equal("forbidden");
    const page = await operations.jobs.list(requester("admin"), { limit: 2 });
    expect(page.next, "there is a further page").to.equal(page.jobs.at(-1)?.id);
    const rest = await operations.jobs.list(requester("admin"), { limit: 2, from: page.next });
    expect([...page.jobs, ...rest.jobs].map(({ id }) => id)).to.have.members(["of-ann", "of-gone", "all"]);
    expect(rest.next).to.equal(undefined);
  });
});
