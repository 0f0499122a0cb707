import Mocha from "mocha";
import { leftOut } from "./describe-where.ts";

/** Mocha's own report, and the numbers of passed, failed and left out tests to the process that started the run. */
export default class CountingReporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    process.send?.({ passed: this.stats.passes, failed: this.stats.failures, skipped: leftOut() });
  }
}
