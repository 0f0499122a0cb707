import { readFileSync } from "node:fs";
import { expect } from "chai";
import { FORMATS } from "../../../src/convert/formats.ts";
import { LEDGER } from "../../../src/convert/room/ledger.ts";

const page = readFileSync(new URL("../../../docs/convert.md", import.meta.url), "utf8");

describe("docs/convert.md", () => {
  it("holds the table of what lands in the ledger", () => {
    const rows = [...page.matchAll(/^\| `([a-z_]+)` +\| (.*?) +\|$/gm)].filter(([, name = ""]) => !(name in FORMATS));
    expect(Object.fromEntries(rows.map(([, code = "", message]) => [code, message]))).to.deep.equal({ ...LEDGER });
  });

  it("knows every kind of export", () => {
    for (const name of Object.keys(FORMATS)) expect(page).to.contain(`| \`${name}\``);
  });
});
