import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Missing, TOP } from "./run.js";

/** The homeserver of demo, tests and bench: the newest release of the series they were written against. */
const REQUIREMENT = "matrix-synapse==1.163.*";
/** Where that series has no release for this Python. */
const ANY = "matrix-synapse>=1.120";

/** Synapse, its database template and nothing else; may be deleted at any time. */
export const SYNAPSE_CACHE = join(TOP, ".cache", "synapse");

/**
 * The Python of a virtual environment that holds Synapse; installs it first where it is not there yet (about 30 s).
 * @returns {string} absolute path
 * @throws {Missing} where Python 3 or its venv module is missing, or Synapse cannot be installed
 */
export function synapsePython() {
  const venv = join(SYNAPSE_CACHE, "venv");
  const python = join(venv, "bin", "python");
  const ready = join(venv, "ready");
  if (existsSync(ready) && readFileSync(ready, "utf8") === REQUIREMENT && quiet(python, ["-c", ""]) === 0)
    return python;

  if (quiet("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]) !== 0)
    throw new Missing("Python 3.10 or newer is needed to run the throwaway homeserver: please install python3.");
  console.error("Installing Synapse, the homeserver of demo and tests, into .cache/synapse (once, about 30 s) …");
  rmSync(SYNAPSE_CACHE, { recursive: true, force: true });
  mkdirSync(SYNAPSE_CACHE, { recursive: true });
  if (quiet("python3", ["-m", "venv", venv]) !== 0)
    throw new Missing(
      "Python's venv module is missing: please install it (Debian and Ubuntu: apt install python3-venv).",
    );
  if (pip(python, REQUIREMENT) !== 0 && pip(python, ANY) !== 0)
    throw new Missing(
      "Synapse could not be installed with pip: is the package index within reach? Its message stands above.",
    );
  writeFileSync(ready, REQUIREMENT);
  return python;
}

/** @param {string} python @param {string} requirement */
function pip(python, requirement) {
  const args = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--only-binary",
    "matrix-synapse",
    requirement,
  ];
  return spawnSync(python, args, { stdio: ["ignore", 2, 2] }).status;
}

/** @param {string} command @param {string[]} args */
function quiet(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status;
}
