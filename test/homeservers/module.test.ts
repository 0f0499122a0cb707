import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OLDER_SYNAPSES } from "../../scripts/synapse.js";
import { writeRegistration } from "../support/registration.ts";
import { startSynapse } from "../support/synapse.ts";
import { moduleFor } from "../support/synapse-module.ts";

const MODULE = "/_synapse/client/roomporter/v1";
const ALL = process.env["ALL_HOMESERVERS"] === "true";
const VERSIONS = ALL ? OLDER_SYNAPSES : OLDER_SYNAPSES.slice(0, 1);

for (const version of VERSIONS)
  for (const allowed of [false, true])
    it(`the module lets Synapse ${version} start, with which it was ${allowed ? "allowed" : "not tried"}, and says that it cannot send`, async () => {
      const dir = mkdtempSync(join(tmpdir(), "roomporter-module-"));
      const { file, asToken } = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
      const synapse = await startSynapse({
        registrations: [file],
        version,
        config: moduleFor("roomporter", { allow_untried: allowed }),
      });
      try {
        const headers = { authorization: `Bearer ${asToken}` };
        const told = await fetch(synapse.url + MODULE, { headers });
        expect(await told.json()).to.have.nested.property("synapse.usable", false);
        const body = JSON.stringify({ room_id: "!none:x", txn_id: "one", events: [] });
        const refused = await fetch(`${synapse.url}${MODULE}/batch`, { method: "POST", headers, body });
        expect([refused.status, await refused.json()]).to.satisfy(
          ([status, answer]: [number, { errcode: string; error: string }]) =>
            status === 400 &&
            answer.errcode === "M_UNRECOGNIZED" &&
            answer.error.includes(`${allowed ? "not made for" : "not tried with"} Synapse ${version}`),
        );
      } finally {
        await synapse.close();
        rmSync(dir, { recursive: true, force: true });
      }
    });
