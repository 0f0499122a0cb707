import type { Migration } from "kysely/migration";
import * as jobs from "./0001-jobs.ts";
import * as inbox from "./0002-inbox.ts";
import * as botMemory from "./0003-bot-memory.ts";
import * as importJournal from "./0004-import-journal.ts";
import * as leases from "./0005-leases.ts";
import * as ledgerDigests from "./0006-ledger-digests.ts";
import * as audit from "./0007-audit.ts";
import * as roomPolicies from "./0008-room-policies.ts";
import * as indexFeed from "./0009-index-feed.ts";
import * as signingKeys from "./0010-signing-keys.ts";
import * as lostRuns from "./0011-lost-runs.ts";
import * as sweeps from "./0012-sweeps.ts";
import * as bundleRecords from "./0013-bundle-records.ts";
import * as jobWords from "./0014-job-words.ts";
import * as homeserver from "./0015-homeserver.ts";
import * as importKeyHolders from "./0016-import-key-holders.ts";

/** In the order of their names; an entry that has been released never changes. */
export const MIGRATIONS: Record<string, Migration> = {
  "0001-jobs": jobs,
  "0002-inbox": inbox,
  "0003-bot-memory": botMemory,
  "0004-import-journal": importJournal,
  "0005-leases": leases,
  "0006-ledger-digests": ledgerDigests,
  "0007-audit": audit,
  "0008-room-policies": roomPolicies,
  "0009-index-feed": indexFeed,
  "0010-signing-keys": signingKeys,
  "0011-lost-runs": lostRuns,
  "0012-sweeps": sweeps,
  "0013-bundle-records": bundleRecords,
  "0014-job-words": jobWords,
  "0015-homeserver": homeserver,
  "0016-import-key-holders": importKeyHolders,
};
