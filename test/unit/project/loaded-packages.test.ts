import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);

/** Tells, as a JSON array, which packages are loaded with the module that its argument names. */
const PROGRAM = `
  import { registerHooks } from "node:module";
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      if (name !== undefined) packages.add(name);
      return next(url, context);
    },
  });
  await import(process.argv[1]);
  process.stdout.write(JSON.stringify([...packages]));
  process.exit();
`;

async function packagesOf(file: string): Promise<string[]> {
  const url = new URL(`../../../${file}`, import.meta.url).href;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", PROGRAM, url]);
  return JSON.parse(stdout) as string[];
}

describe("the packages that the service loads at its start", () => {
  it("are not those that most need later, or never: each costs memory for as long as it runs", async () => {
    const packages = await packagesOf("src/app/service.ts");
    expect(packages).to.include.members(["undici", "kysely", "express"]);
    const later = ["@aws-sdk/client-s3", "pg", "pg-boss", "turndown", "markdown-it", "linkify-it"];
    // beside what the bot SDK makes its requests with: its encryption, storage, and bridges
    const never = ["@matrix-org/matrix-sdk-crypto-nodejs", "@matrix-org/matrix-sdk-crypto-wasm", "lowdb", "postgres"];
    expect(packages.filter((name) => [...later, ...never].includes(name))).to.deep.equal([]);
  });
});
