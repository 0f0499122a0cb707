import type { IndexEntriesTable, IndexFeedTable, IndexRoomsTable } from "./stores/index-tables.ts";

/** The tables as the migrations leave them. Times are milliseconds since the epoch, JSON is text, booleans are 0 or 1. */
export interface Tables {
  jobs: JobsTable;
  inbox: InboxTable;
  bot_direct_rooms: BotDirectRoomsTable;
  bot_notices: BotNoticesTable;
  import_rooms: ImportRoomsTable;
  import_events: ImportEventsTable;
  import_reactions: ImportReactionsTable;
  import_uploads: ImportUploadsTable;
  import_ledger: ImportLedgerTable;
  import_key_holders: ImportKeyHoldersTable;
  made_rooms: MadeRoomsTable;
  audit: AuditTable;
  audit_ends: AuditEndsTable;
  signing_keys: SigningKeysTable;
  index_feed: IndexFeedTable;
  index_rooms: IndexRoomsTable;
  index_entries: IndexEntriesTable;
  room_admissions: RoomAdmissionsTable;
  sweeps: SweepsTable;
  collection_rooms: CollectionRoomsTable;
  delivered_bundles: DeliveredBundlesTable;
  homeserver: HomeserverTable;
}

export interface JobsTable {
  id: string;
  kind: string;
  state: string;
  owner: string;
  params: string;
  /** sealed JSON: see `Job` */
  words: string | null;
  progress_done: number;
  progress_total: number | null;
  /** events a second */
  progress_rate: number | null;
  room_id: string | null;
  report: string | null;
  /** `{errcode, error}` */
  error: string | null;
  created_at: number;
  finished_at: number | null;
  cancel_requested: number;
  /** who runs it */
  worker: string | null;
  /** in the database's own time; null where nobody runs it */
  lease_until: number | null;
  /** number of claims so far */
  fence: number;
  /** see `Job` */
  lost_runs: number;
  /** progress_done when the latest of them was found to be lost, or more */
  lost_at: number;
  /** cancelled, or to be cancelled, so that it can go on later */
  keep: number;
  /** `kept`, `due`: see `Job` */
  held: string | null;
}

export interface InboxTable {
  event_id: string;
  /** the order in which events came in */
  position: number;
  room_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  state_key: string | null;
  /** null once the event is done */
  content: string | null;
  received_at: number;
  handled_at: number | null;
  /** who takes it out: `bot` or `guard` */
  lane: string;
}

export interface BotDirectRoomsTable {
  user_id: string;
  room_id: string;
}

export interface BotNoticesTable {
  job_id: string;
  room_id: string;
  event_id: string;
  created_at: number;
}

export interface ImportRoomsTable {
  job_id: string;
  /** null while the room is being made */
  room_id: string | null;
}

export interface ImportEventsTable {
  job_id: string;
  /** place in the bundle, from 0 */
  position: number;
  source_id: string;
  bundle_id: string;
  new_id: string | null;
  sender: string;
  type: string;
  redacted_by: string | null;
  redaction_done: number;
  redaction_target: string | null;
}

export interface ImportReactionsTable {
  job_id: string;
  target: string;
  key: string;
}

export interface ImportUploadsTable {
  job_id: string;
  sha256: string;
  uri: string;
}

export interface ImportLedgerTable {
  job_id: string;
  /** SHA-256 of the entry, hexadecimal */
  digest: string;
  entry: string;
  /** of the event it belongs to; -1 where it belongs to none */
  position: number;
}

export interface ImportKeyHoldersTable {
  job_id: string;
  user_id: string;
  device_id: string;
  /** see `KeyHolder` */
  all_keys: number;
}

export interface MadeRoomsTable {
  id: string;
  /** `created`, `imported` */
  origin: string;
  /** null while it is being made */
  room_id: string | null;
  owner: string;
  /** JSON, as in the room's state */
  policy: string;
  created_at: number;
  closing_at: number | null;
  closed_at: number | null;
}

/** See `AuditRow`; null: absent. */
export interface AuditTable {
  position: number;
  at: number;
  action: string;
  outcome: string;
  door: string;
  actor: string;
  on_behalf_of: string | null;
  room_id: string | null;
  target: string | null;
  job_id: string | null;
  /** lists of texts */
  reasons: string | null;
  details: string | null;
  count: number | null;
  previous_hash: string;
  hash: string;
}

export interface AuditEndsTable {
  /** `head`: the last row; `anchor`: the last one that retention has removed */
  name: string;
  position: number;
  hash: string;
}

export interface RoomAdmissionsTable {
  room_id: string;
  user_id: string;
}

export interface SigningKeysTable {
  /** ed25519, 32 bytes in base64 */
  public_key: string;
  /** PKCS #8 in PEM */
  private_key: string;
  created_at: number;
}

export interface CollectionRoomsTable {
  /** of an export of all rooms */
  job_id: string;
  room_id: string;
}

export interface DeliveredBundlesTable {
  /** `mxc://` */
  uri: string;
  job_id: string;
}

export interface SweepsTable {
  name: string;
  /** in the database's own time */
  at: number;
}

export interface HomeserverTable {
  name: "capabilities" | "probe_room" | "cross_signing";
  /** JSON; of `cross_signing` sealed */
  value: string;
}
