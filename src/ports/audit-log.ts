/** Through which door somebody came; `service`: nobody did, the service acted by itself. */
export type Door = "http" | "bot" | "cli" | "service";

export const AUDIT_ACTIONS = [
  "export",
  "import",
  "gdpr_export",
  "space_export",
  "predecessors_export",
  "space_import",
  "convert",
  "bundle_download",
  "job_cancel",
  "job_retry",
  "room_create",
  "room_close",
  "room_kick",
  "room_invite",
  "policy_change",
  "tampering",
  "member_removed",
  "bridge_removed",
  "index_flip",
  "index_read",
  "token_failures",
  "audit_read",
  "audit_trim",
] as const;
/** What was done, or asked for. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ["granted", "done", "refused", "failed", "cancelled"] as const;
/** `granted`: it was allowed and goes on as a job, whose end is a row of its own. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** The words that can stand in a row beside its codes: a closed set, so that nothing else ever does. */
export const AUDIT_DETAILS = [
  // an id was left out because it has not the shape of one
  "malformed_id",
  // how an export was read: with the requester's own token, or as the service user
  "as_requester",
  "as_service",
  // what a wrong token was shown to
  "api",
  "appservice",
  // what became of a room's events
  "purged",
  "redacted",
  // which rule was changed, or somebody tried to change
  "scope_kind",
  "visibility",
  "read_role_slugs",
  "do_not_index",
  "auto_close_on_leave",
  "power_levels",
  "join_rules",
  "history_visibility",
  "guest_access",
  "tombstone",
  "encryption",
  "policy",
  // why it was done without being asked for
  "auto_close",
  "idle",
  "bridge",
  "no_role",
  "role_lost",
] as const;
export type AuditDetail = (typeof AUDIT_DETAILS)[number];

/**
 * What is told of one act. It takes ids, codes and words of closed sets, and so never a message, a name, a topic or a token. An id
 * or a code that has not the shape of one is left out, and the detail `malformed_id` says so.
 */
export interface AuditEntry {
  action: AuditAction;
  outcome: AuditOutcome;
  door: Door;
  /** who did it: a user id, `admin:NAME` for an admin token, `schedule:NAME`, or `service` */
  actor: string;
  /** the user for whom an admin did it */
  on_behalf_of?: string | null;
  room_id?: string | null;
  /** the user to whom it was done */
  target?: string | null;
  job_id?: string | null;
  /** error codes and codes of refusals, never their wording */
  reasons?: readonly string[];
  details?: readonly AuditDetail[];
  /** how many at once, where one row stands for several */
  count?: number | null;
}

/**
 * A row as it is kept and shown. What does not apply is absent. `hash` is the SHA-256 (hexadecimal) of the canonical JSON of all the
 * rest: members sorted by name, no white space, UTF-8.
 */
export interface AuditRow {
  /** counts from 1, without a gap */
  position: number;
  /** RFC 3339, UTC, milliseconds */
  at: string;
  action: string;
  outcome: string;
  door: string;
  actor: string;
  on_behalf_of?: string;
  room_id?: string;
  target?: string;
  job_id?: string;
  reasons?: string[];
  details?: string[];
  count?: number;
  /** of the row before; of the first one 64 zeros */
  previous_hash: string;
  hash: string;
}

export interface AuditFilter {
  action?: AuditAction;
  outcome?: AuditOutcome;
  actor?: string;
  room_id?: string;
  /** milliseconds since the epoch: from then on / before then */
  since?: number;
  until?: number;
}

/** The trail of who did what: rows are added and never changed. Every method can throw StoreAway. */
export interface AuditLog {
  /** Adds a row: once this resolves, a crash does not lose it. */
  record(entry: AuditEntry): Promise<void>;
  /**
   * Rows in their order (`newestFirst`: the other way round).
   * @param after the position that comes before the first one, in that direction
   */
  list(
    filter: AuditFilter,
    page: { after?: number | undefined; limit: number; newestFirst: boolean },
  ): Promise<AuditRow[]>;
  /** The last row; undefined where there never was one. */
  head(): Promise<Pick<AuditRow, "position" | "hash"> | undefined>;
  /**
   * Removes the rows from before that time (milliseconds since the epoch), up to the first one that is younger. That it did, and up to
   * which position (`count`), is a row. Gives the number of rows removed.
   */
  trim(before: number): Promise<number>;
}

/** What is wrong with a row of a chain that is not as it was written. */
export type AuditFault = "altered" | "missing" | "unchained" | "cut_beginning" | "cut_end" | "not_as_witnessed";

/** What a walk along the whole chain has found. */
export interface AuditCheck {
  ok: boolean;
  /** that are sound */
  rows: number;
  /** up to this position retention has removed them */
  removed: number;
  /** the last row that is sound */
  head: Pick<AuditRow, "position" | "hash">;
  /** the first one that is not */
  broken?: { position: number; fault: AuditFault } | undefined;
}
