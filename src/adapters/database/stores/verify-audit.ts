import { existsSync } from "node:fs";
import type { Kysely, Selectable } from "kysely";
import type { AuditCheck, AuditRow } from "../../../ports/audit-log.ts";
import { hashOf, NO_HASH } from "./audit-row.ts";
import { isEmbedded } from "../database.ts";
import { connectDatabase } from "../open.ts";
import type { AuditTable, Tables } from "../tables.ts";

type End = Pick<AuditRow, "position" | "hash">;
type Broken = AuditCheck["broken"];

/** Rows read at once. */
const ROWS = 1000;

/**
 * Walks the audit log from its first row to its last one, up to the first that is not as it was written; beside a running service
 * too.
 * @param witness the end of the chain as it was seen before, and kept elsewhere
 * @throws Error where there is no audit log
 */
export async function verifyAudit(url: string, witness?: End): Promise<AuditCheck> {
  if (isEmbedded(url) && !existsSync(url.slice("sqlite:".length)))
    throw new Error(`there is no database at ${url}: the service has never run`);
  const database = await connectDatabase(url);
  try {
    const tables = await database.kysely.introspection.getTables();
    if (!tables.some(({ name }) => name === "audit"))
      throw new Error("this database has no audit log yet: start this version of the service once");
    // what is written meanwhile is not looked at
    const snapshot = database.kysely.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
    return await snapshot.execute((transaction) => walk(transaction, witness));
  } finally {
    await database.close();
  }
}

async function walk(db: Kysely<Tables>, witness: End | undefined): Promise<AuditCheck> {
  const ends = new Map((await db.selectFrom("audit_ends").selectAll().execute()).map((end) => [end.name, end]));
  const { position, hash } = ends.get("anchor") ?? { position: 0, hash: NO_HASH };
  const anchor = { position, hash };
  let last: End = anchor;
  let trimmed = 0;
  let broken: Broken = disagreement(last, witness);
  for await (const row of rowsOf(db)) {
    broken ??= faultOf(row, last) ?? disagreement(row, witness);
    if (broken) break;
    if (row.action === "audit_trim") trimmed = row.count ?? 0;
    last = { position: row.position, hash: row.hash };
  }
  if (trimmed !== anchor.position) broken ??= { position: anchor.position, fault: "cut_beginning" };
  const head = ends.get("head") ?? { position: 0, hash: NO_HASH };
  if (last.position < Math.max(head.position, witness?.position ?? 0))
    broken ??= { position: last.position + 1, fault: "cut_end" };
  if (last.position > head.position || last.hash !== head.hash)
    broken ??= { position: last.position, fault: "unchained" };
  return { ok: !broken, rows: last.position - anchor.position, removed: anchor.position, head: last, broken };
}

async function* rowsOf(db: Kysely<Tables>): AsyncGenerator<Selectable<AuditTable>> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("audit")
      .selectAll()
      .where("position", ">", after)
      .orderBy("position")
      .limit(ROWS)
      .execute();
    yield* rows;
    const end = rows.at(-1);
    if (!end || rows.length < ROWS) return;
    after = end.position;
  }
}

function faultOf(row: Selectable<AuditTable>, before: End): Broken {
  const { hash, ...rest } = row;
  if (row.position !== before.position + 1) return { position: before.position + 1, fault: "missing" };
  if (hashOrNone(rest) !== hash) return { position: row.position, fault: "altered" };
  if (row.previous_hash !== before.hash) return { position: row.position, fault: "unchained" };
  return undefined;
}

/** undefined: it holds what no row was ever written with */
function hashOrNone(row: Omit<Selectable<AuditTable>, "hash">): string | undefined {
  try {
    return hashOf(row);
  } catch {
    return undefined;
  }
}

function disagreement({ position, hash }: End, witness: End | undefined): Broken {
  return position === witness?.position && hash !== witness.hash ? { position, fault: "not_as_witnessed" } : undefined;
}
