import { join } from "node:path";
import { TOP } from "./run.js";
import { virtualenvPython } from "./virtualenv.js";

/** A client of encrypted rooms, for the tests: it stands on vodozemac, and needs no libolm. */
const REQUIREMENTS = ["matrix-nio[e2e]==0.26.*"];

/**
 * The Python of a virtual environment that holds matrix-nio; installs it first where it is not there yet.
 * @returns {string} absolute path
 * @throws {Missing}
 */
export function nioPython() {
  const folder = join(TOP, ".cache", "nio");
  return virtualenvPython(folder, "matrix-nio, a client of the tests", [REQUIREMENTS], []);
}
