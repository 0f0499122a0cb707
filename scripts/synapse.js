import { join } from "node:path";
import { TOP } from "./run.js";
import { virtualenvPython } from "./virtualenv.js";

/** The homeserver of demo, tests and bench: the newest release of the series they were written against. */
const REQUIREMENT = "matrix-synapse==1.163.*";
/** Where that series has no release for this Python. */
const ANY = "matrix-synapse>=1.120";

/** The same with what single sign-on needs. */
const WITH_OIDC = "matrix-synapse[oidc]==1.163.*";

/** Synapse, its database template and nothing else; may be deleted at any time. */
export const SYNAPSE_CACHE = join(TOP, ".cache", "synapse");

/**
 * The Python of a virtual environment that holds Synapse; installs it first where it is not there yet (about 30 s).
 * @param {{ oidc?: boolean }} options `oidc`: one that can be a client of an OpenID Connect provider
 * @returns {string} absolute path
 * @throws {Missing} where Python 3 or its venv module is missing, or Synapse cannot be installed
 */
export function synapsePython({ oidc = false } = {}) {
  if (oidc)
    return virtualenvPython(
      `${SYNAPSE_CACHE}-oidc`,
      "Synapse with single sign-on, for its tests",
      [[WITH_OIDC]],
      ["--only-binary", "matrix-synapse"],
    );
  const what = "Synapse, the homeserver of demo and tests";
  return virtualenvPython(SYNAPSE_CACHE, what, [[REQUIREMENT], [ANY]], ["--only-binary", "matrix-synapse"]);
}
