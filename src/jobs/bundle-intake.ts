import { openBundle } from "../bundle/open-bundle.ts";
import { verifyBundle } from "../bundle/verify.ts";
import { refusalsOfManifest } from "../policy/refusals.ts";
import { PorterError } from "./porter.ts";
import { refuse } from "./refuse.ts";

/**
 * Verifies a bundle whole, and that what it holds may travel. Gives the SHA-256 of the file, hexadecimal.
 * @throws PorterError 400 with every fault or refusal
 */
export async function requireGoodBundle(file: string): Promise<string> {
  const { ok, faults, fault_count, sha256 } = await verifyBundle(file);
  if (!ok) {
    const [first] = faults;
    const more = fault_count > 1 ? ` (and ${String(fault_count - 1)} more)` : "";
    const reasons = faults.map(({ code, message }) => ({ code, message }));
    throw new PorterError(
      400,
      "IO.ROOMPORTER.BAD_BUNDLE",
      `${first?.message ?? "The bundle is faulty."}${more}`,
      reasons,
    );
  }
  const bundle = await openBundle(file);
  try {
    refuse(refusalsOfManifest(bundle.head));
  } finally {
    await bundle.close();
  }
  return sha256;
}
