import { expect } from "chai";
import { TurnsByOwner } from "../../../../src/requests/limits/turns-by-owner.ts";
import { turns } from "../../../support/until.ts";

describe("work that is done in turns", () => {
  it("is so much at once, and of each owner one piece after the other", async () => {
    const queue = new TurnsByOwner(2);
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const add = (owner: string, piece: string): Promise<void> =>
      queue.run(owner, () => {
        begun.push(piece);
        return new Promise<void>((resolve) => ends.set(piece, resolve));
      });
    const all = [add("ann", "ann 1"), add("ann", "ann 2"), add("bob", "bob 1"), add("cat", "cat 1")];
    await turns();
    expect(begun).to.deep.equal(["ann 1", "bob 1"]);
    ends.get("bob 1")?.();
    await turns();
    expect(begun).to.deep.equal(["ann 1", "bob 1", "cat 1"]);
    for (const piece of ["ann 1", "cat 1"]) ends.get(piece)?.();
    await turns();
    ends.get("ann 2")?.();
    await Promise.all(all);
  });

  it("goes on where a piece fails", async () => {
    const queue = new TurnsByOwner(1);
    const failed = queue.run("ann", () => Promise.reject(new Error("no")));
    const next = queue.run("ann", async () => "done");
    expect(await failed.catch(() => "failed")).to.equal("failed");
    expect(await next).to.equal("done");
  });
});
