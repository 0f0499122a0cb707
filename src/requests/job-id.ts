import { createHash, randomBytes } from "node:crypto";

/** A new job's id; of a request that has a name always the same, so that the request asked again finds its job. */
export function jobIdOf(owner: string, requestId: string | undefined): string {
  if (requestId === undefined) return randomBytes(8).toString("hex");
  return createHash("sha256").update(`${owner}\0${requestId}`).digest("hex").slice(0, 16);
}
