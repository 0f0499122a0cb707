import { expect } from "chai";
import { sql } from "kysely";
import { openDatabase } from "../../src/adapters/database/open.ts";

/** What every database does that was written by another version. */
export function migrateContract(empty: () => Promise<{ url: string; remove(): Promise<void> }>): void {
  it("is refused by an older program, with the reason and the way out", async () => {
    const { url, remove } = await empty();
    const database = await openDatabase(url);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030')`.execute(database.kysely);
    await database.close();
    const error: unknown = await openDatabase(url).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.matches(
        /^a newer version of Roomporter has written this database: it has the migration 9999-later, .*backup/,
      );
    await remove();
  });
}
