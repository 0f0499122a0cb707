import { canonicalJson, type JsonObject } from "../../matrix/json.ts";
import type { BundleEvent, Decrypted } from "../manifest/manifest.ts";

/** Where `decrypted` stands in a line of canonical JSON: before the members whose names come after it, the event's id among them. */
function tailOf(event: object): string {
  const after = Object.entries(event as JsonObject).filter(([name]) => name > "decrypted");
  return canonicalJson(Object.fromEntries(after)).slice(1);
}

function memberOf(decrypted: Decrypted): string {
  return `,"decrypted":${canonicalJson(decrypted as unknown as JsonObject)}`;
}

/** The line of an event with what was decrypted; all else stays byte for byte. undefined where the line is no canonical JSON. */
export function withDecrypted(line: string, event: BundleEvent, decrypted: Decrypted): string | undefined {
  const tail = `,${tailOf(event)}`;
  return line.endsWith(tail) ? `${line.slice(0, -tail.length)}${memberOf(decrypted)}${tail}` : undefined;
}

/** The line of an event as it was before `withDecrypted`; undefined where the line is no canonical JSON. */
export function withoutDecrypted(line: string, event: JsonObject, decrypted: Decrypted): string | undefined {
  const tail = `,${tailOf(event)}`;
  const added = memberOf(decrypted) + tail;
  return line.endsWith(added) ? line.slice(0, -added.length) + tail : undefined;
}
