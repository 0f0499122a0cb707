import type { PostgresPool, PostgresPoolClient } from "kysely";
import { Pool, TypeOverrides, types, type PoolClient } from "pg";
import { isAway, postgresFailure } from "./postgres-failure.ts";

/** At most so many connections of one process. */
const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
/** A statement without an answer for so long counts as lost: the server may be gone without a word. */
const ANSWER_MS = 60_000;
/**
 * The server ends a transaction that was begun and then left alone for so long. A process that stands still in one (a machine that
 * is suspended, a cable that is pulled) would else keep its locks, among them those on its jobs, which nobody could take up.
 */
const LEFT_ALONE_MS = 10_000;

/** Times in milliseconds and counts are within what a number holds exactly. */
const TYPES = new TypeOverrides();
TYPES.setTypeParser(types.builtins.INT8, Number);

/** Connections to a PostgreSQL server; what goes wrong there is put into the words of `postgresFailure`. */
export class PostgresConnections implements PostgresPool {
  readonly options = {};
  readonly #pool: Pool;
  readonly #wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  #ended: Promise<void> | undefined;

  constructor(url: string) {
    this.#pool = new Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: "roomporter",
      types: TYPES,
    });
    // a connection that breaks between two statements: the next one says so, or gets another connection
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#connect();
    const known = this.#wrapped.get(client);
    if (known) return known;
    const wrapped = wrap(client);
    try {
      // not in the start of the connection: poolers in between refuse parameters that they do not know
      await client.query(`set idle_in_transaction_session_timeout = ${LEFT_ALONE_MS}`);
    } catch (error) {
      client.release(true);
      throw postgresFailure(error);
    }
    this.#wrapped.set(client, wrapped);
    return wrapped;
  }

  /** One statement, or several without values. @throws StoreAway */
  async query(text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    const client = await this.connect();
    try {
      return await client.query<unknown>(text, values);
    } finally {
      client.release();
    }
  }

  async end(): Promise<void> {
    this.#ended ??= this.#pool.end();
    await this.#ended;
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw postgresFailure(error);
    }
  }
}

/** Puts what goes wrong into this project's words, and gives a connection that broke back as such. */
function wrap(client: PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      broken ||= isAway(error);
      throw postgresFailure(error);
    }
  };
  return { query, release: () => client.release(broken) } as PostgresPoolClient;
}
