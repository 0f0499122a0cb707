import { createInterface } from "node:readline";
import { verifyBundle } from "../src/bundle/verify/verify.ts";

/** The project's own verifier as the runner's `--batch` wants it: a path a line, an answer a line. */
for await (const file of createInterface({ input: process.stdin })) {
  const { ok, faults } = await verifyBundle(file);
  process.stdout.write(`${JSON.stringify({ ok, codes: [...new Set(faults.map(({ code }) => code))] })}\n`);
}
