import { expect } from "chai";
import { freeKey } from "../../../../src/imports/plan/reaction-key.ts";

const bob = { user_id: "@bob:acme.org", display_name: "Bob", avatar: null };
const taken =
  (...keys: string[]) =>
  (key: string): Promise<boolean> =>
    Promise.resolve(keys.includes(key));

describe("the key of an imported reaction", () => {
  it("is the key itself while it is free", async () => {
    expect(await freeKey("👍", bob, taken())).to.equal("👍");
  });

  it("then names the person, then the user id, then a number", async () => {
    expect(await freeKey("👍", bob, taken("👍"))).to.equal("👍 Bob");
    expect(await freeKey("👍", bob, taken("👍", "👍 Bob"))).to.equal("👍 Bob @bob:acme.org");
    expect(await freeKey("👍", bob, taken("👍", "👍 Bob", "👍 Bob @bob:acme.org"))).to.equal("👍 Bob @bob:acme.org 2");
  });

  it("is cut to 500 characters and stays unlike the others", async () => {
    const key = "😀".repeat(500);
    const first = await freeKey(key, bob, taken(key));
    const second = await freeKey(key, bob, taken(key, first));
    for (const made of [first, second]) expect(Array.from(made)).to.have.lengthOf(500);
    expect(first).to.match(/…$/);
    expect(second).not.to.equal(first);
  });
});
