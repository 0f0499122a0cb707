import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { FAULTS } from "../../../src/bundle/faults.ts";
import * as limits from "../../../src/bundle/limits.ts";

const read = (name: string): Promise<string> => readFile(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

describe("docs/bundle-format.md", () => {
  it("has only examples that the schema allows", async () => {
    const schema = JSON.parse(await read("bundle-format.schema.json")) as { $id: string };
    const ajv = new Ajv2020({ allowUnionTypes: true });
    ajv.addSchema(schema);
    const blocks = [...(await read("bundle-format.md")).matchAll(/(?:<!-- schema: (\w+) -->\n+)?```json\n([^]*?)```/g)];
    expect(blocks).to.have.length(9);
    for (const [, name, text = ""] of blocks) {
      expect(name, "a JSON block must say what it is an example of").to.be.a("string");
      const pointer = name === "manifest" ? "" : `#/$defs/${name}`;
      const valid = ajv.validate({ $ref: schema.$id + pointer }, JSON.parse(text));
      expect(valid, `${name}: ${ajv.errorsText()}`).to.equal(true);
    }
  });

  it("lists exactly the fault codes of the code", async () => {
    const [, table = ""] = (await read("bundle-format.md")).split("An error message names a code");
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, code, message]) => [code, message]);
    expect(Object.fromEntries(rows)).to.deep.equal(FAULTS);
    expect(rows).to.have.length(Object.keys(FAULTS).length);
  });

  it("gives the bounds of the code", async () => {
    const [, section = ""] = (await read("bundle-format.md")).split("### Bounds");
    const rows = (section.split("## The manifest")[0] as string).split("\n").filter((line) => line.startsWith("|"));
    const documented = [...rows.join("\n").matchAll(/\d[\d,]*/g)].map(([number]) => Number(number.replaceAll(",", "")));
    expect(documented.sort()).to.deep.equal(Object.values(limits).sort());
  });
});
