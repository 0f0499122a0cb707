import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const TOP = fileURLToPath(new URL("../../..", import.meta.url));
/** The contract suites of each file of src/ports that declares ports; the others declare errors, or what ports speak of. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  "audit-log": ["audit-log"],
  "bot-memory": ["bot-memory"],
  "bundle-store": ["bundle-store", "bundle-records"],

  clock: ["clock"],
  "disk-space": ["disk-space"],
  "homeserver/batch-lane": ["batch-lane"],
  "homeserver/bot-homeserver": ["bot-homeserver"],
  "homeserver/homeserver": ["room-reader", "room-writer", "media-target"],
  "homeserver/homeserver-access": ["homeserver-access"],
  "homeserver/homeserver-admin": ["homeserver-admin"],
  "homeserver/capability-store": ["capability-store"],
  "homeserver/cross-signing": ["cross-signing"],
  "homeserver/homeserver-probe": ["homeserver-probe"],
  "homeserver/index-source": ["index-source"],
  "homeserver/room-encryption": ["room-encryption"],
  "homeserver/room-removal": ["room-removal"],
  "homeserver/space-reader": ["space-reader"],
  "import-journal": ["import-journal"],
  inbox: ["inbox"],
  "index-log": ["index-log"],
  "job-store": ["job-store"],
  logger: ["logger"],
  metrics: ["metrics"],
  "policy-store": ["policy-store"],
  "signing-keys": ["signing-keys"],
  "sweep-times": ["sweep-times"],
  timer: ["timer"],
};
const NO_PORTS = [
  "homeserver/appservice-ping",
  "homeserver/capabilities",
  "homeserver/joined-room",
  "storage-error",
  "store-away",
];
const FAKES = "test/support/fakes";

interface Source {
  path: string;
  text: string;
}

/** All files of a folder that end so, with their text; paths from the top folder. */
async function sources(folder: string, ending: string): Promise<Source[]> {
  const names = await readdir(join(TOP, folder), { recursive: true });
  const paths = names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(TOP, path), "utf8") })));
}

/** Does the test run that suite? */
const runs = ({ text }: Source, suite: string): boolean => text.includes(`contracts/${suite}.ts"`);

describe("ports and their fakes", () => {
  let tests: Source[];
  before(async () => {
    tests = [...(await sources("test/unit", ".test.ts")), ...(await sources("test/synapse", ".test.ts"))];
  });

  it("each port has a contract suite", async () => {
    const ports = (await sources("src/ports", ".ts")).map(({ path }) => path.slice("src/ports/".length, -".ts".length));
    expect(ports.filter((name) => !NO_PORTS.includes(name))).to.have.members(Object.keys(SUITES));
  });

  it("each suite is passed by something real", () => {
    for (const suite of Object.values(SUITES).flat()) {
      const real = tests.filter((test) => !test.path.startsWith("test/unit/support/fakes/") && runs(test, suite));
      expect(
        real.map(({ path }) => path),
        suite,
      ).not.to.be.empty;
    }
  });

  it("each fake passes a suite", async () => {
    const suites = Object.values(SUITES).flat();
    const checks = tests.filter((test) => suites.some((suite) => runs(test, suite)));
    const fakes = await sources(FAKES, ".ts");
    // parts of a fake stand beside it, and are reached through it
    const entry = (path: string): string =>
      path.replace(/\/memory-homeserver\/\w+\.ts$/, "/memory-homeserver/homeserver.ts");
    for (const { path } of fakes) {
      const name = entry(path).slice("test/".length);
      expect(
        checks.filter(({ text }) => text.includes(name)).map((test) => test.path),
        `${path} is in no test that runs a suite of test/contracts`,
      ).not.to.be.empty;
    }
  });

  it("no fake is declared outside of test/support/fakes", async () => {
    const ports = (await sources("src/ports", ".ts")).flatMap(({ text }) =>
      [...text.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name ?? ""),
    );
    const declared = new RegExp(`\\bclass \\w+ (?:extends \\w+ )?implements [^{]*\\b(?:${ports.join("|")})\\b`);
    const others = (await sources("test", ".ts")).filter(({ path }) => !path.startsWith(FAKES));
    expect(others.filter(({ text }) => declared.test(text)).map(({ path }) => path)).to.deep.equal([
      "test/contracts/stores.ts",
    ]);
  });
});
