import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openLog } from "../../../src/app/log.ts";
import { loggerContract } from "../../contracts/logger.ts";

const LOG = fileURLToPath(new URL("../../../src/app/log.ts", import.meta.url));

describe("the log", () => {
  loggerContract(() => openLog("debug", openSync("/dev/null", "w")));

  it("may lead to a full disk: the process goes on without it", () => {
    const program = `
      import { openLog } from ${JSON.stringify(LOG)};
      const log = openLog("info");
      log.info({}, "one");
      setTimeout(() => {
        log.info({}, "two");
        process.exit(7);
      }, 20);`;
    const full = openSync("/dev/full", "w");
    const args = ["--input-type=module", "-e", program];
    const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    expect(status, stderr).to.equal(7);
  });
});
