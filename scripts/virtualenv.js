import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Missing, TOP } from "./run.js";

/**
 * The Python of a virtual environment with these packages; makes it first where it is not there yet.
 * @param {string} folder for the environment and what goes with it; may be deleted at any time
 * @param {string} what it is, for whoever waits
 * @param {string[][]} choices requirements of pip: the first that can be installed on this machine are
 * @param {string[]} options further options of `pip install`
 * @returns {string} absolute path
 * @throws {Missing} where Python 3 or its venv module is missing, or the packages cannot be installed
 */
export function virtualenvPython(folder, what, choices, options) {
  const venv = join(folder, "venv");
  const python = join(venv, "bin", "python");
  const ready = join(venv, "ready");
  const wanted = choices[0]?.join(" ") ?? "";
  if (existsSync(ready) && readFileSync(ready, "utf8") === wanted && quiet(python, ["-c", ""]) === 0) return python;

  if (quiet("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]) !== 0)
    throw new Missing(`Python 3.10 or newer is needed for ${what}: please install python3.`);
  console.error(`Installing ${what}, into ${relative(TOP, folder)} (once, about 30 s) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (quiet("python3", ["-m", "venv", venv]) !== 0)
    throw new Missing(
      "Python's venv module is missing: please install it (Debian and Ubuntu: apt install python3-venv).",
    );
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...options];
  const installed = choices.some((requirements) => {
    const { status } = spawnSync(python, [...install, ...requirements], { stdio: ["ignore", 2, 2] });
    return status === 0;
  });
  if (!installed)
    throw new Missing(`pip could not install ${what}: is the package index within reach? Its message stands above.`);
  writeFileSync(ready, wanted);
  return python;
}

/** @param {string} command @param {string[]} args */
function quiet(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status;
}
