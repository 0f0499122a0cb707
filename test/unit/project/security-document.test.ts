import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { FAULTS } from "../../../src/bundle/faults.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { nastyBundles } from "../../support/hostile/taken.ts";

describe("docs/security.md", () => {
  it("lists every hostile input of the tests with its code, and no other", async () => {
    const text = await readFile(new URL("../../../docs/security.md", import.meta.url), "utf8");
    const [, tables = ""] = text.split("## What is refused, and how it is told");
    const rows = [...tables.matchAll(/^\| `?(\w+)`? +\| (.*?) +\|$/gm)].map(([, code, what = ""]) => [
      code,
      what.replaceAll("`", ""),
    ]);
    const refused = (await hostileBundles()).map(({ code, what }) => [code, what]);
    const taken = nastyBundles({ roomId: "!a:b" }).map(({ what }) => ["taken", what]);
    expect(rows.slice(1).filter(([code]) => code !== "answer")).to.deep.equal([...refused, ...taken]);
  });

  it("has an example of every code that there is", async () => {
    const codes = new Set((await hostileBundles()).map(({ code }) => code));
    expect([...codes].sort()).to.deep.equal(Object.keys(FAULTS).sort());
  });
});
