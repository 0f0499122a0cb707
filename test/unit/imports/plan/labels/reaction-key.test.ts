import { expect } from "chai";
import { freeKey, keyForms } from "../../../../../src/imports/plan/labels/reaction-key.ts";

const author = { user_id: "@bob:acme.org", display_name: "Bob", avatar: null };
const bob = { author, shown: { name: "Bob" } };
const plain = (key: string): ReturnType<typeof keyForms> => keyForms(key, {}, new Map());
const taken =
  (...keys: string[]) =>
  (key: string): Promise<boolean> =>
    Promise.resolve(keys.includes(key));

describe("the key of an imported reaction", () => {
  it("is the key itself while it is free", async () => {
    expect(await freeKey(plain("👍"), bob, taken())).to.equal("👍");
  });

  it("then names the person, then the user id, then a number", async () => {
    expect(await freeKey(plain("👍"), bob, taken("👍"))).to.equal("👍 Bob");
    expect(await freeKey(plain("👍"), bob, taken("👍", "👍 Bob"))).to.equal("👍 Bob @bob:acme.org");
    expect(await freeKey(plain("👍"), bob, taken("👍", "👍 Bob", "👍 Bob @bob:acme.org"))).to.equal(
      "👍 Bob @bob:acme.org 2",
    );
  });

  it("is cut to 500 characters and stays unlike the others", async () => {
    const key = "😀".repeat(500);
    const first = await freeKey(plain(key), bob, taken(key));
    const second = await freeKey(plain(key), bob, taken(key, first));
    for (const made of [first, second]) expect(Array.from(made)).to.have.lengthOf(500);
    expect(first).to.match(/…$/);
    expect(second).not.to.equal(first);
  });

  it("tells people of one name apart", async () => {
    const shown = { name: "Bob", apart: "bob2" };
    expect(await freeKey(plain("👍"), { author, shown }, taken("👍"))).to.equal("👍 Bob (bob2)");
  });

  it("of a picture is its new address; then its shortcode stands for it, also where the file is not there", async () => {
    const [old, now] = ["mxc://a/b", "mxc://new/b"];
    const content = { "com.beeper.reaction.shortcode": "kettle" };
    const forms = keyForms(old, content, new Map([[old, now]]));
    expect(await freeKey(forms, bob, taken())).to.equal(now);
    expect(await freeKey(forms, bob, taken(now))).to.equal(":kettle: Bob");
    expect(await freeKey(keyForms(old, content, new Map()), bob, taken())).to.equal(":kettle:");
    expect(await freeKey(keyForms(old, {}, new Map()), bob, taken())).to.equal(":picture:");
    expect(keyForms("mxc://is/not/one", content, new Map()).key).to.equal("mxc://is/not/one");
  });
});
