/** A transaction that is open on a server. */
export interface OpenTransaction {
  /** `neo4j-transaction-12`. */
  readonly id: string;
  readonly database: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  currentQuery: string;
  isTerminated: boolean;
}

/** The transactions of one server. */
export class TransactionTable {
  readonly #open = new Map<string, OpenTransaction>();
  #count = 0;

  get open(): readonly OpenTransaction[] {
    return [...this.#open.values()];
  }

  begin(database: string, user: string, startedAt: number): OpenTransaction {
    const id = `${database}-transaction-${++this.#count}`;
    const transaction = { id, database, user, startedAt, currentQuery: '', isTerminated: false };
    this.#open.set(id, transaction);
    return transaction;
  }

  end(transaction: OpenTransaction): void {
    this.#open.delete(transaction.id);
  }

  find(id: string): OpenTransaction | undefined {
    return this.#open.get(id);
  }
}
