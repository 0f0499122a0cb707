import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** What a query is given at each run: each member always there. */
type Given<Values> = { readonly [Name in keyof Values]: string | number | null };

/**
 * A query that is built once for each database and then run with other values, for what every event and every call needs: to build one
 * takes Kysely longer than SQLite takes to run it. Gives the rows.
 * @param build gets a stand-in for each value: it cannot choose by them, compare with null, or have lists of them
 */
export function prepared<Values extends Given<Values>, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
): (db: Kysely<Tables>, values: Values) => Promise<Row[]> {
  /** by what is the same for all transactions of a database */
  const built = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const query = built.get(adapter) ?? build(db, standIns(values)).compile();
    built.set(adapter, query);
    const parameters = query.parameters.map((value) => (value instanceof StandIn ? value.in(values) : value));
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

/** Stands for the value of a name while a query is built. */
class StandIn {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  in(values: object): unknown {
    return (values as Record<string, unknown>)[this.#name];
  }
}

function standIns<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.keys(values).map((name) => [name, new StandIn(name)])) as Values;
}
