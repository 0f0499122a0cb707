import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { COLLECTION_FAULTS } from "../../../src/collections/collection-faults.ts";
import { COLLECTION_INDEX } from "../../../src/collections/collection-index.ts";

describe("docs/collection-format.md", () => {
  let text: string;
  before(async () => {
    text = await readFile(new URL("../../../docs/collection-format.md", import.meta.url), "utf8");
  });

  it("has an example that the shape allows, and names each member of it", () => {
    const [, example = ""] = /```json\n([^]*?)```/.exec(text) ?? [];
    expect(COLLECTION_INDEX.parse(JSON.parse(example))).to.deep.equal(JSON.parse(example));
    for (const member of Object.keys(COLLECTION_INDEX.shape))
      expect(text).to.match(new RegExp(`^\\|.*\`${member}\`.*\\|`, "m"));
  });

  it("lists exactly the fault codes of the code", () => {
    const [, table = ""] = text.split("## Faults");
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, code, message]) => [code, message]);
    expect(Object.fromEntries(rows)).to.deep.equal(COLLECTION_FAULTS);
  });
});
