import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Mocha from "mocha";
import { LEFT_OUT } from "./describe-where.ts";

// before mocha starts its processes, which know it by their environment, and loads the tests
const folder = mkdtempSync(join(tmpdir(), "roomporter-tests-"));
const notes = join(folder, "left-out");
writeFileSync(notes, "");
process.env[LEFT_OUT] = notes;
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Mocha's own report, and the numbers of passed, failed and left out tests to the process that started the run. */
export default class CountingReporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const skipped = readFileSync(notes, "utf8")
      .split("\n")
      .reduce((sum, line) => sum + Number(line), 0);
    process.send?.({ passed: this.stats.passes, failed: this.stats.failures, skipped });
  }
}
