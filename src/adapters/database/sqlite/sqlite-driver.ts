import { setTimeout as sleep } from "node:timers/promises";
import {
  CompiledQuery,
  SqliteAdapter,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type { NodeSqlite } from "./node-sqlite.ts";
import { isBusy, sqliteFailure } from "./sqlite-failure.ts";

/** How long a statement waits for a file that another process has locked, in milliseconds. */
const PATIENCE_MS = 2000;
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 100;

/**
 * Kysely on one connection to a file. A file that somebody else has locked is waited for between the turns of the event loop,
 * never within one, and whoever waits keeps nobody else from reading. Transactions that write lock the file when they begin, so
 * that none is refused later.
 * Everything rejects with StoreAway where the file stays locked, with StorageError where the disk is full.
 */
export class SqliteDriver implements Driver {
  readonly #database: NodeSqlite;
  readonly #flushes: boolean;
  readonly #patienceMs: number;

  /** `flushes`: a transaction waits for the disk before it counts as committed */
  constructor(database: NodeSqlite, flushes: boolean, patienceMs = PATIENCE_MS) {
    this.#database = database;
    this.#flushes = flushes;
    this.#patienceMs = patienceMs;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<SqliteConnection> {
    return Promise.resolve(new SqliteConnection(this.#database, this.#patienceMs));
  }

  async beginTransaction(connection: SqliteConnection, { accessMode }: TransactionSettings): Promise<void> {
    const writes = accessMode !== "read only";
    await connection.begin(writes ? "begin immediate" : "begin", writes && !this.#flushes);
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
    connection.end();
  }

  rollbackTransaction(connection: SqliteConnection): Promise<void> {
    connection.end();
    return Promise.resolve();
  }

  releaseConnection(connection: SqliteConnection): Promise<void> {
    connection.end();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }
}

/** Each caller has one; all of them take turns at the real connection. */
class SqliteConnection implements DatabaseConnection {
  readonly #database: NodeSqlite;
  readonly #patienceMs: number;
  /** while a transaction of this caller is open: ends its turn */
  #leave: (() => void) | undefined;

  constructor(database: NodeSqlite, patienceMs: number) {
    this.#database = database;
    this.#patienceMs = patienceMs;
  }

  async begin(statement: string, unflushed: boolean): Promise<void> {
    const leave = await this.#turn(() => {
      if (unflushed) this.#database.exec("PRAGMA synchronous = NORMAL");
      try {
        this.#database.exec(statement);
      } catch (error) {
        if (unflushed) this.#database.exec("PRAGMA synchronous = FULL");
        throw error;
      }
    }, true);
    this.#leave = () => {
      if (unflushed) this.#database.exec("PRAGMA synchronous = FULL");
      leave();
    };
  }

  /** Rolls back what is open, and ends the turn. */
  end(): void {
    const leave = this.#leave;
    if (!leave) return;
    this.#leave = undefined;
    try {
      // some errors have rolled it back already
      if (this.#database.isTransaction()) this.#database.exec("rollback");
    } finally {
      leave();
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    let result: QueryResult<R> = { rows: [] };
    await this.#turn(() => {
      result = this.#database.run<R>(query.sql, query.parameters);
    });
    return result;
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncGenerator<QueryResult<R>> {
    const leave = this.#leave ? () => undefined : await this.#database.turns.take();
    try {
      for (const row of this.#database.iterate<R>(query.sql, query.parameters)) yield { rows: [row] };
    } catch (error) {
      throw sqliteFailure(error);
    } finally {
      leave();
    }
  }

  /** Does it in this caller's turn, again and again while the file is locked. `keep`: the turn goes on; the result ends it. */
  async #turn(act: () => void, keep = false): Promise<() => void> {
    const until = performance.now() + this.#patienceMs;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const leave = this.#leave ? () => undefined : await this.#database.turns.take();
      let kept = false;
      try {
        act();
        kept = keep;
        return leave;
      } catch (error) {
        if (this.#leave || !isBusy(error) || performance.now() + wait > until) throw sqliteFailure(error);
      } finally {
        if (!kept) leave();
      }
      await sleep(wait);
    }
  }
}

/** Callers wait for each other in the driver, and a migration is one transaction. */
export class SharedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
