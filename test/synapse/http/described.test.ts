import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { schemathesisPython } from "../../../scripts/schemathesis.js";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "./api.ts";

/** A status that is not described is a failure: 500 is described nowhere, 502 (the homeserver's own 500) is. */
const CHECKS = [
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "unsupported_method",
];

/** It knows no bytes of the tus protocol: they are bytes like others. */
const BYTES_OF_UPLOADS = `import schemathesis
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
`;
const HOOKS = "upload_hooks";

/** Some 900 requests of every kind that the description makes possible, right and wrong. */
const ALL_KINDS = ["--phases", "coverage"];
const FEW = ["--phases", "fuzzing", "--max-examples", "3"];
/** Of a machine that does other work. */
const PATIENCE_MS = 240_000;

describe("the API, as it describes itself", function () {
  this.timeout(PATIENCE_MS);
  let dir: string;
  let service: Service;
  let ann: MatrixClient;
  /** what paths name: a room and a job that there are */
  let parameters: string;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-described-"));
    const synapse = await sharedSynapse();
    service = await startService({ synapse, registration: synapse.takeRegistration() });
    ann = await registerUser(synapse.url, "described");
    const room = await ann.createRoom({ name: "Tea", invite: [service.userId] });
    await ann.say(room, "hello");
    const api = new Api(service, ann.token);
    let job = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    while (job.status === 403) job = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    const jobId = String(job.body["job_id"]);
    await api.ended(jobId);
    parameters = `roomId = ${JSON.stringify(room)}\njobId = ${JSON.stringify(jobId)}\n`;
  });
  after(async () => {
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Gives what Schemathesis says where it has found something. */
  async function tried(token: string | undefined, phases: readonly string[]): Promise<string> {
    const config = join(dir, "schemathesis.toml");
    writeFileSync(config, `[parameters]\n${parameters}`);
    const program = ["-m", "schemathesis.cli", "--config-file", config, "run", `${service.url}/v1/openapi.json`];
    const how = [
      "--seed",
      "1",
      "--generation-database",
      "none",
      "--no-shrink",
      "--no-color",
      "--warnings",
      "off",
      "--suppress-health-check",
      "all",
    ];
    // one worker: the parser of Python 3.11 fails in several threads at once
    const header = token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`];
    const args = [...program, ...phases, ...how, "--checks", CHECKS.join(","), "--workers", "1", ...header];
    writeFileSync(join(dir, `${HOOKS}.py`), BYTES_OF_UPLOADS);
    const env = { ...process.env, SCHEMATHESIS_HOOKS: HOOKS };
    const child = spawn(schemathesisPython(), args, { cwd: dir, env, stdio: ["ignore", "pipe", "inherit"] });
    const [said, code] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>((resolve) => child.once("exit", resolve)),
    ]);
    return code === 0 ? "" : said.slice(-20_000);
  }

  it("answers nobody otherwise than it says", async () => {
    expect(await tried(undefined, FEW)).to.equal("");
  });

  it("answers a user as it says", async () => {
    expect(await tried(ann.token, ALL_KINDS)).to.equal("");
  });

  it("answers an admin token as it says", async () => {
    expect(await tried(service.adminToken, ALL_KINDS)).to.equal("");
  });
});
