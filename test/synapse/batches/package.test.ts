import { expect } from "chai";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { synapsePython } from "../../../scripts/synapse.js";
import { writeRegistration } from "../../support/registration.ts";
import { startSynapse } from "../../support/synapse.ts";
import { MODULE, moduleFor } from "../../support/synapse-module.ts";
import { ENDPOINT } from "./world.ts";

describe("the package of the module for Synapse", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-package-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("is installed by pip, whole and with its licence, and Synapse runs with it", async function () {
    this.timeout(180_000);
    const [source, installed] = [join(dir, "source"), join(dir, "installed")];
    // pip builds beside the sources
    cpSync(MODULE, source, { recursive: true });
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    await promisify(execFile)(synapsePython(), [...install, "--target", installed, source]);

    const python = (folder: string): string[] =>
      readdirSync(join(folder, "roomporter_synapse")).filter((name) => name.endsWith(".py"));
    expect(python(installed)).to.have.members(python(MODULE));
    const info = readdirSync(installed).find((name) => name.endsWith(".dist-info")) ?? "";
    const metadata = readFileSync(join(installed, info, "METADATA"), "utf8");
    expect(metadata)
      .to.include("License-Expression: AGPL-3.0-or-later")
      .and.match(/^Name: roomporter-synapse$/m);
    const licence = readFileSync(join(installed, info, "licenses", "LICENSE"), "utf8");
    expect(licence).to.equal(readFileSync(join(MODULE, "LICENSE"), "utf8"));

    const { file, asToken } = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
    const config = moduleFor("roomporter");
    const synapse = await startSynapse({ module: installed, registrations: [file], config });
    try {
      const told = await fetch(synapse.url + ENDPOINT, { headers: { authorization: `Bearer ${asToken}` } });
      const { version, synapse: fit } = (await told.json()) as { version: string; synapse: { usable: boolean } };
      expect(metadata).to.match(new RegExp(`^Version: ${version.replaceAll(".", "\\.")}$`, "m"));
      expect(fit.usable).to.equal(true);
    } finally {
      await synapse.close();
    }
  });
});
