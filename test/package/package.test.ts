import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { startService } from "../support/service.ts";
import { sharedSynapse } from "../support/shared-synapse.ts";
import { OUTSIDE_ENV } from "./outside-env.ts";
import { packed } from "./packed.ts";

const run = promisify(execFile);

describe("the packed tarball, installed in an empty folder", function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "roomporter-package-"));
    await run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", await packed()], {
      cwd: folder,
      env: OUTSIDE_ENV,
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("says how it is used, and nothing else", async () => {
    const { stdout } = await run("npx", ["roomporter", "--help"], { cwd: folder, env: OUTSIDE_ENV });
    expect(stdout).to.match(/^Usage: roomporter /);
    expect(stdout).to.contain("serve");
  });

  it("brings the web page along, built", () => {
    expect(readdirSync(join(folder, "node_modules", "roomporter", "dist", "web"))).to.include("index.html");
  });

  it("leaves out sources and tests", () => {
    const inside = readdirSync(join(folder, "node_modules", "roomporter"));
    expect(inside).to.include.members([
      "bin",
      "deploy",
      "dist",
      "docs",
      "config.sample.yaml",
      "registration.yaml",
      "README.md",
      "LICENSE",
    ]);
    expect(inside).not.to.include.members(["src"]);
    expect(inside).not.to.include.members(["test"]);
  });

  it("serves, with whatever Node the shell finds first, and stops when asked", async () => {
    const synapse = await sharedSynapse();
    const service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      program: ["env", `PATH=${OUTSIDE_ENV.PATH}`, join(folder, "node_modules", ".bin", "roomporter")],
    });
    try {
      expect((await fetch(`${service.url}/live`)).status).to.equal(200);
      await service.stop();
      expect(
        await fetch(`${service.url}/live`).then(
          () => "up",
          () => "gone",
        ),
      ).to.equal("gone");
    } finally {
      await service.close();
    }
  });
});
