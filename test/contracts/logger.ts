import { expect } from "chai";
import type { Logger } from "../../src/ports/logger.ts";

/** What every Logger does: it takes whatever is told, and fails nobody. */
export function loggerContract(make: () => Logger): void {
  it("takes lines of every level, with any fields, and never fails", () => {
    const logger = make();
    const circular: Record<string, unknown> = { big: 1n, nothing: undefined, error: new Error("x") };
    circular["self"] = circular;
    for (const level of ["debug", "info", "warn", "error"] as const) {
      expect(() => logger[level]({}, "words")).not.to.throw();
      expect(() => logger[level](circular, "words")).not.to.throw();
    }
  });
}
