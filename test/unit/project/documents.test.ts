import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";

const TOP = new URL("../../../", import.meta.url);

/** Paths in backticks that begin in one of the project's own folders: files, folders, or a pattern with `*`. */
function pathsIn(page: string): string[] {
  const text = readFileSync(new URL(page, TOP), "utf8");
  return [...text.matchAll(/`((?:src|test|scripts|bench|demo|deploy|bin|docs|findings)\/[^`\s]*)`/g)].map(
    ([, path = ""]) => path,
  );
}

describe("the pages for contributors", () => {
  for (const page of ["CONTRIBUTING.md", "docs/architecture.md", ...globSync("docs/decisions/*.md", { cwd: TOP })])
    it(`name only what is there: ${page}`, () => {
      const missing = pathsIn(page).filter((path) => !existsSync(new URL(path, TOP)));
      expect(missing).to.deep.equal([]);
    });

  it("tell the way of an export in at most six files, each of which knows the next", () => {
    const text = readFileSync(new URL("docs/architecture.md", TOP), "utf8");
    const walk = /before the homeserver is asked for the first time:\n\n((?:\d\. .*\n)+)/.exec(text)?.[1] ?? "";
    const files = [...walk.matchAll(/`(src\/[^`]+)`/g)].map(([, path = ""]) => path);
    expect(files).to.have.length.within(5, 6);
    expect(files.at(-1)).to.equal("src/requests/access.ts");
  });
});
