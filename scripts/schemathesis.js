import { join } from "node:path";
import { TOP } from "./run.js";
import { virtualenvPython } from "./virtualenv.js";

const REQUIREMENTS = ["schemathesis==4.32.5"];

/**
 * The Python of a virtual environment that holds Schemathesis, which holds the API against its description
 * (`python -m schemathesis.cli`); installs it first where it is not there yet.
 * @returns {string} absolute path
 * @throws {Missing}
 */
export function schemathesisPython() {
  const folder = join(TOP, ".cache", "schemathesis");
  return virtualenvPython(folder, "Schemathesis, which tests the API by its description", [REQUIREMENTS], []);
}
