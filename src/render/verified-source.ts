import type { BundleEvent } from "../bundle/manifest/manifest.ts";
import type { Bundle } from "../bundle/open-bundle.ts";
import { verifying, type Progress, type Verification } from "../bundle/verify/verify.ts";
import type { RenderSource } from "./source.ts";

/** A bundle that is not sound was to be rendered. */
export class UnsoundBundle extends Error {
  override readonly name = "UnsoundBundle";
  readonly verification: Verification;

  constructor(verification: Verification) {
    super("the bundle is not sound");
    this.verification = verification;
  }
}

/**
 * A bundle that is verified while its events are read for the first time, so that this need not be done once more.
 * `file`: where it is. `onVerified`: called where it is sound; otherwise that first reading fails with `UnsoundBundle` at its end.
 */
export function verifiedSource(
  bundle: Bundle,
  file: string,
  { onProgress, onVerified }: { onProgress?: Progress; onVerified?: () => void } = {},
): RenderSource {
  let isVerified = false;
  async function* firstBatches(): AsyncGenerator<BundleEvent[], void, undefined> {
    const verification = yield* verifying(file, onProgress);
    if (!verification.ok) throw new UnsoundBundle(verification);
    isVerified = true;
    onVerified?.();
  }
  return { ...bundle, eventBatches: () => (isVerified ? bundle.eventBatches() : firstBatches()) };
}
