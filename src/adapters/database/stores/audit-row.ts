import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import { canonicalJson, parseJson, type JsonObject } from "../../../matrix/json.ts";
import type { AuditDetail, AuditEntry, AuditRow } from "../../../ports/audit-log.ts";
import type { AuditTable } from "../tables.ts";

/** `previous_hash` of the first row. */
export const NO_HASH = "0".repeat(64);

const LONGEST_ID = 255;
const MOST_CODES = 16;
/** Without spaces, so that no sentence is one. */
const USER_ID = /^@[^\s\p{C}:]*:[^\s\p{C}/]+$/u;
/** An admin token, or a schedule. */
const NAMED = /^(?:admin:[^\p{C}]{1,64}|schedule:[a-z0-9-]{1,31})$/u;
const ROOM_ID = /^![\w.~=+/-]+(?::[A-Za-z0-9.:[\]-]+)?$/;
/** As the service makes them: what somebody has put in their place may be anything. */
const JOB_ID = /^[0-9a-f]{16}$/;
const CODE = /^[A-Za-z][\w.-]{0,63}$/;

/** The row that tells of this, without its hashes: ids and codes that are none are left out. */
export function columnsOf(
  entry: AuditEntry,
): Omit<Selectable<AuditTable>, "position" | "at" | "previous_hash" | "hash"> {
  const details = new Set<AuditDetail>(entry.details);
  const checked = (value: string | null | undefined, ...shapes: RegExp[]): string | null => {
    if (value === null || value === undefined) return null;
    if (Buffer.byteLength(value) <= LONGEST_ID && shapes.some((shape) => shape.test(value))) return value;
    details.add("malformed_id");
    return null;
  };
  const actor = entry.actor === "service" ? entry.actor : checked(entry.actor, USER_ID, NAMED);
  const onBehalfOf = checked(entry.on_behalf_of, USER_ID);
  const roomId = checked(entry.room_id, ROOM_ID);
  const target = checked(entry.target, USER_ID);
  const jobId = checked(entry.job_id, JOB_ID);
  const reasons = [...new Set(entry.reasons)].slice(0, MOST_CODES).filter((code) => checked(code, CODE) !== null);
  return {
    action: entry.action,
    outcome: entry.outcome,
    door: entry.door,
    actor: actor ?? "unknown",
    on_behalf_of: onBehalfOf,
    room_id: roomId,
    target,
    job_id: jobId,
    reasons: reasons.length === 0 ? null : JSON.stringify(reasons),
    details: details.size === 0 ? null : JSON.stringify([...details]),
    count: entry.count ?? null,
  };
}

/** What is hashed: the row as it is shown, without its hash. */
function shown(row: Omit<Selectable<AuditTable>, "hash">): JsonObject {
  const { at, reasons, details, ...rest } = row;
  const members: [string, JsonObject[string]][] = Object.entries(rest);
  members.push(["at", new Date(at).toISOString()]);
  if (reasons !== null) members.push(["reasons", parseJson(reasons)]);
  if (details !== null) members.push(["details", parseJson(details)]);
  return Object.fromEntries(members.filter(([, value]) => value !== null));
}

export function hashOf(row: Omit<Selectable<AuditTable>, "hash">): string {
  return createHash("sha256")
    .update(canonicalJson(shown(row)))
    .digest("hex");
}

export function toAuditRow({ hash, ...row }: Selectable<AuditTable>): AuditRow {
  return { ...shown(row), hash } as unknown as AuditRow;
}
