import { redactedBecause, type ClientEvent } from "../matrix/event.ts";
import { stringMember, type JsonObject } from "../matrix/json.ts";
import { WRAPPER } from "../matrix/names.ts";
import type { Coverage, CoverageLimit } from "./manifest/manifest.ts";

/** Does it hold a ciphertext: is it an encrypted event that nobody has redacted, or the wrapper in which an import keeps one? */
export function isEncrypted(event: ClientEvent): boolean {
  const { type, content, state_key: stateKey } = event;
  const original = type === WRAPPER ? stringMember(content, "type") : type;
  return original === "m.room.encrypted" && stateKey === undefined && redactedBecause(event) === undefined;
}

/**
 * What a bundle says of its coverage. The addresses of files of encrypted events stand inside their ciphertexts, where an export
 * does not see them. @param encrypted how many events hold a ciphertext
 */
export function coverageOf(limits: CoverageLimit[], encrypted: number): Coverage {
  const lacksFiles = encrypted > 0 && !limits.some(({ kind }) => kind === "media");
  const complete = limits.length === 0 && !lacksFiles;
  return { complete, limits, ...(lacksFiles && { without_encrypted_files: true }) };
}

/** The same as JSON, for reports and state events. */
export function coverageJson({ complete, limits, without_encrypted_files: lacksFiles }: Coverage): JsonObject {
  return {
    complete,
    limits: limits.map((limit) => ({ ...limit })),
    ...(lacksFiles && { without_encrypted_files: true }),
  };
}

/** Does it hold a part only of the events that the room has, as far as it is said? */
export function isPart({ complete, limits, without_encrypted_files: lacksFiles }: Coverage): boolean {
  return limits.length > 0 || (!complete && lacksFiles !== true);
}
