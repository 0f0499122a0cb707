import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Command } from "commander";
import { buildProgram } from "../../../src/cli/program.ts";

const page = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const unused = (): Promise<void> => Promise.resolve();
const program = buildProgram({
  version: "0",
  serve: unused,
  worker: unused,
  copyDatabase: () => Promise.resolve({}),
  registration: unused,
  configCheck: () => Promise.resolve({ warnings: [], facts: [] }),
  confirmClock: () => Promise.resolve(0),
  auditVerify: () => Promise.reject(new Error("not to be called")),
});

function leaves(command: Command, path: string[] = []): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path: path.join(" "), command }];
  return command.commands.flatMap((inner) => leaves(inner, [...path, inner.name()]));
}

describe("docs/cli.md", () => {
  for (const { path, command } of leaves(program))
    it(`knows ${path} and its options`, () => {
      expect(page).to.contain(`\`${path}`);
      for (const { short, long } of command.options)
        expect(page.includes(short ?? "?") || page.includes(long ?? "?"), `${path} ${long}`).to.equal(true);
    });

  it("is not alone: every command describes itself", () => {
    for (const { path, command } of leaves(program)) expect(command.description(), path).to.not.equal("");
  });
});
