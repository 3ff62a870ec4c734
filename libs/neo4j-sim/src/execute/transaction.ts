import type { SimAnswer, SimRequest, SimResult, SimTransaction, SimValue } from '../contract.ts';
import type { OpenTransaction } from '../model/transaction-table.ts';
import type { SimServer } from '../model/server.ts';
import { type SystemState, applyCommand } from '../model/system-state.ts';
import { bookmarkOf } from './bookmarks.ts';
import { asRefusal } from './context.ts';
import { type Executed, execute } from './execute.ts';
import { notALeader, refuse, replicationFailed, unavailable } from './refusal.ts';
import { waitForServers } from './wait.ts';

interface Written {
  readonly text: string;
  readonly parameters: Readonly<Record<string, SimValue>>;
}

/**
 * A transaction: statements are carried out at once on what is committed and what it has changed itself, and committed together as one
 * entry of the log. If something else was committed meanwhile they are carried out again, so nothing is lost.
 */
export class ServerTransaction implements SimTransaction {
  readonly database: string;
  readonly #server: SimServer;
  readonly #request: SimRequest;
  readonly #open: OpenTransaction;
  readonly #statements: Written[] = [];
  readonly #probes = new Set<string>();
  /** Of the database: one that is made anew under its name is another one. */
  readonly #databaseId: string;
  #changes: Executed['outcome']['changes'] = [];
  #state: SystemState;
  #baseIndex: number;

  constructor(server: SimServer, request: SimRequest, database: string) {
    this.database = database;
    this.#server = server;
    this.#request = request;
    this.#open = server.transactions.begin(database, request.user, server.network.clock.now());
    this.#state = server.state;
    this.#databaseId = idOf(server, database);
    this.#baseIndex = server.system?.store.commitIndex ?? 0;
  }

  run(text: string, parameters: Readonly<Record<string, SimValue>>): Promise<SimAnswer> {
    try {
      const { outcome } = this.carryOut(text, parameters);
      return Promise.resolve({ ok: true, result: this.result({ outcome, language: '5' }) });
    } catch (error) {
      this.#giveUp();
      return Promise.resolve({ ok: false, failure: asRefusal(error).failure });
    }
  }

  /** Gives up everything; harmless when it is over. */
  rollback(): void {
    this.#server.transactions.end(this.#open);
  }

  commit(): ReturnType<SimTransaction['commit']> {
    try {
      return Promise.resolve({ ok: true, bookmark: this.commitNow() });
    } catch (error) {
      return Promise.resolve({ ok: false, failure: asRefusal(error).failure });
    } finally {
      this.rollback();
    }
  }

  /** @throws Refusal */
  carryOut(text: string, parameters: Readonly<Record<string, SimValue>>): Executed {
    this.#open.currentQuery = text;
    this.#refuseTerminated();
    if (this.#statements.length === 0) {
      this.#state = this.#server.state;
      this.#baseIndex = this.#server.system?.store.commitIndex ?? 0;
    }
    const executed = this.#execute({ text, parameters });
    this.#statements.push({ text, parameters });
    return executed;
  }

  /**
   * Commits and gives the bookmark.
   *
   * @throws Refusal
   */
  commitNow(): string {
    this.#refuseTerminated();
    if (this.#changes.length > 0) return this.#commitSystem();
    if (this.#probes.size > 0) return this.#commitProbes();
    return bookmarkOf(this.#server, this.#databaseId);
  }

  /** Waits as a statement's WAIT says. */
  async finish(executed: Executed): Promise<SimResult> {
    const result = this.result(executed);
    const { waitSeconds } = executed.outcome;
    if (waitSeconds === undefined) return result;
    const { timeoutMs = Infinity } = this.#request;
    const index = this.#server.system?.store.commitIndex ?? 0;
    const isCut = timeoutMs < waitSeconds * 1000;
    const seconds = isCut ? timeoutMs / 1000 : waitSeconds;
    const startedAt = this.#server.network.clock.monotonic();
    const answer = await waitForServers(this.#server, index, seconds, executed.language);
    if (isCut && this.#server.network.clock.monotonic() - startedAt >= timeoutMs) {
      throw refuse(
        'ClientError.Transaction.TransactionTimedOutClientConfiguration',
        ['25N14'],
        'The transaction has been terminated: its time was over.',
      );
    }
    return { ...result, ...answer };
  }

  result({ outcome }: Executed): SimResult {
    return {
      columns: outcome.columns,
      rows: outcome.rows,
      type: outcome.type,
      systemUpdates: outcome.changes.length === 0 ? 0 : 1,
      nodesCreated: outcome.probes.length,
      propertiesSet: outcome.probes.length,
      notifications: outcome.notifications,
      database: this.database,
      bookmark: bookmarkOf(this.#server, outcome.type === 's' ? 'system' : this.#databaseId),
    };
  }

  /** What has failed leaves nothing behind, even if somebody commits it. */
  #giveUp(): void {
    this.rollback();
    this.#statements.length = 0;
    this.#changes = [];
    this.#probes.clear();
  }

  #execute({ text, parameters }: Written): Executed {
    const executed = execute({
      server: this.#server,
      state: this.#state,
      userName: this.#request.user,
      database: this.database,
      access: this.#request.access,
      text,
      parameters,
      ownProbes: this.#probes,
    });
    this.#changes = [...this.#changes, ...executed.outcome.changes];
    this.#state = applyCommand(this.#state, executed.outcome.changes);
    for (const id of executed.outcome.probes) this.#probes.add(id);
    if (this.#probes.size > 0 && this.#changes.length > 0) {
      throw refuse(
        'ClientError.Transaction.ForbiddenDueToTransactionType',
        ['25N01'],
        'Data and administration cannot be changed in one transaction.',
      );
    }
    return executed;
  }

  #commitSystem(): string {
    const { system } = this.#server;
    if (system?.isLeader !== true) throw notALeader();
    // What an earlier transaction has left undecided would be overlooked.
    if (!system.isDecided()) throw replicationFailed();
    if (system.store.commitIndex !== this.#baseIndex) {
      this.#state = this.#server.state;
      this.#changes = [];
      for (const statement of this.#statements) this.#execute(statement);
    }
    if (this.#changes.length > 0) decided(system.propose(this.#changes));
    return bookmarkOf(this.#server, 'system');
  }

  #commitProbes(): string {
    const raft = this.#server.copies.get(this.#databaseId)?.raft;
    const [first, ...others] = this.#probes;
    if (raft === undefined || first === undefined) throw notALeader();
    decided(raft.propose(first, ...others));
    return bookmarkOf(this.#server, this.#databaseId);
  }

  #refuseTerminated(): void {
    // Whoever waited for something may find that the server has gone meanwhile.
    if (!this.#server.isRunning) throw unavailable(this.database);
    const isGone = idOf(this.#server, this.database) !== this.#databaseId;
    if (!this.#open.isTerminated && !isGone) return;
    throw refuse('TransientError.Transaction.Terminated', ['25N05'], 'The transaction has been terminated.');
  }
}

function idOf({ state }: SimServer, database: string): string {
  return database === 'system' ? database : (state.databases.get(database)?.id ?? '');
}

function decided(proposal: 'committed' | 'undecided' | 'not-leader'): void {
  if (proposal === 'undecided') throw replicationFailed();
  if (proposal === 'not-leader') throw notALeader();
}
