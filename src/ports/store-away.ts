/**
 * The database is busy, cannot be reached, or ended the connection: what was being done may have been done or not, and may work
 * later.
 */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super("the database does not answer", { cause });
    this.name = "StoreAway";
  }
}
