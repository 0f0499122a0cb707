import { expect } from "chai";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OLDER_SYNAPSES } from "../../scripts/synapse.js";
import { writeRegistration } from "../support/registration.ts";
import { startSynapse, type SynapseOptions } from "../support/synapse.ts";
import { MODULE, moduleFor } from "../support/synapse-module.ts";

const ENDPOINT = "/_synapse/client/roomporter/v1";
const ALL = process.env["ALL_HOMESERVERS"] === "true";
const VERSIONS = ALL ? OLDER_SYNAPSES : OLDER_SYNAPSES.slice(0, 1);

describe("a Synapse with the module", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-module-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Why the module does not send, as it says. */
  async function unusable(options: SynapseOptions, config: { allow_untried?: boolean } = {}): Promise<string> {
    const { file, asToken } = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
    const synapse = await startSynapse({ ...options, registrations: [file], config: moduleFor("roomporter", config) });
    try {
      const headers = { authorization: `Bearer ${asToken}` };
      const told = await fetch(synapse.url + ENDPOINT, { headers });
      expect(await told.json()).to.have.nested.property("synapse.usable", false);
      const body = JSON.stringify({ room_id: "!none:x", txn_id: "one", events: [] });
      const refused = await fetch(`${synapse.url}${ENDPOINT}/batch`, { method: "POST", headers, body });
      const { errcode, error } = (await refused.json()) as { errcode: string; error: string };
      expect([refused.status, errcode]).to.deep.equal([400, "M_UNRECOGNIZED"]);
      return error;
    } finally {
      await synapse.close();
    }
  }

  for (const version of VERSIONS) {
    it(`starts as ${version}, with which the module was not tried`, async () => {
      expect(await unusable({ version })).to.include(`not tried with Synapse ${version}`);
    });

    it(`starts as ${version}, also where the module is allowed and does not fit`, async () => {
      expect(await unusable({ version }, { allow_untried: true })).to.include(`not made for Synapse ${version}`);
    });
  }

  for (const [where, broken] of [
    ["is loaded", "hs.none"],
    ["begins", "class Sending:\n    def __init__(self, hs):\n        hs.none()\n"],
  ] as const)
    it(`starts, also where the module breaks when it ${where}`, async () => {
      const module = join(dir, "module");
      cpSync(MODULE, module, { recursive: true });
      writeFileSync(join(module, "roomporter_synapse", "sending.py"), broken);
      expect(await unusable({ module })).to.match(/not made for Synapse .*none|not made for Synapse .*'hs'/);
    });
});
