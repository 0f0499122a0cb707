import { readFileSync } from "node:fs";
import { expect } from "chai";
import { COMMANDS } from "../../support/doors/commands.ts";

const page = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const [, connecting = "", listed = ""] = page.split(/^## (?:Which service|Commands)$/m);
const [table = ""] = listed.split(/^## /m);

/** How the table writes the command, with its options. */
function usagesOf(path: string): string[] {
  const all = [...table.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll("\\|", "|"));
  return all.filter((usage) => usage === path || usage.startsWith(`${path} `));
}

describe("docs/cli.md", () => {
  for (const [path, command] of COMMANDS)
    it(`knows ${path} and its options`, () => {
      const usages = usagesOf(path).join(" ");
      expect(usages).not.to.equal("");
      for (const { short, long } of command.options) {
        const given = [short, long].filter((name) => name !== undefined);
        const shared = given.some((name) => connecting.includes(`\`${name} `));
        const own = usages.split(/[\s[\]]+/).some((word) => given.includes(word));
        expect(shared || own || long === "--token", `${path} ${long}`).to.equal(true);
      }
    });

  it("knows no other command and no option that there is not", () => {
    const known = new Set(
      [...COMMANDS.values()].flatMap(({ options }) => options.flatMap(({ short, long }) => [short, long])),
    );
    for (const [, option] of table.matchAll(/\[(-{1,2}[\w-]+)/g)) expect(known.has(option), option).to.equal(true);
  });

  it("is not alone: every command describes itself", () => {
    for (const [path, command] of COMMANDS) expect(command.description(), path).to.not.equal("");
  });
});
