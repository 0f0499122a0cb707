import { expect } from "chai";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OLDER_SYNAPSES } from "../../scripts/synapse.js";
import { writeRegistration } from "../support/registration.ts";
import { startSynapse, type SynapseOptions } from "../support/synapse.ts";
import { MODULE, moduleFor } from "../support/synapse-module.ts";

const ENDPOINT = "/_synapse/client/roomporter/v1";
/** Supported, but for the module, which was tried with all the others: test/synapse/batches. */
const [UNTRIED = ""] = OLDER_SYNAPSES;

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

  /** The folder of a form of the module with another sending.py. */
  function withSending(sending: string): string {
    const module = join(dir, "module");
    cpSync(MODULE, module, { recursive: true });
    writeFileSync(join(module, "roomporter_synapse", "sending.py"), sending);
    return module;
  }

  it(`starts as ${UNTRIED}, with which the module was not tried`, async () => {
    expect(await unusable({ version: UNTRIED })).to.include(`not tried with Synapse ${UNTRIED}`);
  });

  it(`sends nothing as ${UNTRIED} where it is allowed and breaks`, async () => {
    const module = withSending(
      "class Sending:\n    def __init__(self, hs): ...\n    async def send(self, *_): None.none\n",
    );
    const { file, asToken } = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
    const config = moduleFor("roomporter", { allow_untried: true });
    const synapse = await startSynapse({ module, version: UNTRIED, registrations: [file], config });
    try {
      const body = JSON.stringify({ room_id: "!none:x", txn_id: "one", events: [{ type: "m.x", content: {} }] });
      const headers = { authorization: `Bearer ${asToken}` };
      const refused = await fetch(`${synapse.url}${ENDPOINT}/batch`, { method: "POST", headers, body });
      // the service goes on with single sends
      expect(refused.status).to.equal(400);
      expect(await refused.json()).to.have.property("errcode", "M_UNRECOGNIZED");
    } finally {
      await synapse.close();
    }
  });

  for (const [where, broken] of [
    ["is loaded", "hs.none"],
    ["begins", "class Sending:\n    def __init__(self, hs):\n        hs.none()\n"],
  ] as const)
    it(`starts, also where the module breaks when it ${where}`, async () => {
      expect(await unusable({ module: withSending(broken) })).to.match(
        /not made for Synapse .*none|not made for Synapse .*'hs'/,
      );
    });
});
