import { globSync } from "node:fs";
import { basename, dirname } from "node:path";
import { expect } from "chai";

const files = globSync("src/**/*.ts", { cwd: new URL("../../../", import.meta.url) });
/** What a newcomer sees at a glance. Migrations are read one by one, by their numbers. */
const MOST_FILES = 17;

function grouped(by: (path: string) => string): [string, string[]][] {
  return [...Map.groupBy(files, by)];
}

describe("the layout of src/", () => {
  it("has no folder that is too full to see at a glance", () => {
    const full = grouped(dirname).filter(
      ([folder, inIt]) => inIt.length > MOST_FILES && !folder.endsWith("/migrations"),
    );
    expect(full.map(([folder, inIt]) => `${folder}: ${inIt.length} files`)).to.deep.equal([]);
  });

  it("has no file name in three places, but for the options that each feature declares", () => {
    const repeated = grouped((path) => basename(path)).filter(
      ([name, places]) => places.length > 2 && name !== "options.ts",
    );
    expect(repeated.map(([, places]) => places)).to.deep.equal([]);
  });
});
