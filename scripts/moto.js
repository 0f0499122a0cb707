import { join } from "node:path";
import { TOP } from "./run.js";
import { virtualenvPython } from "./virtualenv.js";

/** An S3 server for the tests. Its extra `server` would bring in what its other services need, some 200 MB. */
const REQUIREMENTS = ["moto[s3]==5.2.*", "flask==3.*", "flask-cors==6.*"];

/**
 * The Python of a virtual environment that holds Moto (`python -m moto.server`); installs it first where it is not there yet.
 * @returns {string} absolute path
 * @throws {Missing}
 */
export function motoPython() {
  const folder = join(TOP, ".cache", "moto");
  return virtualenvPython(folder, "Moto, the S3 server of the tests", [REQUIREMENTS], []);
}
