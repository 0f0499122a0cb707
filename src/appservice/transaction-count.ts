/**
 * The ids of the homeserver's transactions, in the order in which they come. Synapse counts from 1 again after a restart (with SQLite):
 * what it was about to push before is lost. Other homeservers do not count.
 */
export class TransactionCount {
  #last = 0;

  /** Does the count begin anew with this one? A transaction that is repeated does, too. */
  startsOver(transactionId: string): boolean {
    const id = /^\d+$/.test(transactionId) ? Number(transactionId) : 0;
    const startsOver = id !== 0 && id <= this.#last;
    this.#last = id;
    return startsOver;
  }
}
