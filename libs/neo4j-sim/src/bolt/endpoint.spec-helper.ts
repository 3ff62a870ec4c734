import type {
  SimAnswer,
  SimAuth,
  SimEndpoint,
  SimFailure,
  SimLogin,
  SimNotification,
  SimRequest,
  SimResult,
  SimRoutingTable,
  SimTransaction,
  SimValue,
  WireFaults,
} from '../contract.ts';

const healthy: WireFaults = { mute: false, slowMs: 0, resetAfterRecords: undefined, loseAnswers: false };

export const syntaxError: SimFailure = {
  code: 'Neo.ClientError.Statement.SyntaxError',
  gqlStatus: '42001',
  message: 'Invalid input',
  cause: { code: 'Neo.ClientError.Statement.SyntaxError', gqlStatus: '42I06', message: 'expected RETURN' },
};

export const remark: SimNotification = {
  code: 'Neo.ClientNotification.Statement.CartesianProduct',
  gqlStatus: '03N90',
  title: 'Cartesian product',
  description: 'The disconnected patterns build a cartesian product.',
  severity: 'INFORMATION',
  category: 'PERFORMANCE',
};

type Row = readonly SimValue[];

/**
 * A server without a model behind it: it knows the users `neo4j` and `expired` (password `correct horse`) and these statements:
 * `ROWS` gives `$count` numbers, `ECHO` gives `$value`, `WRITE` counts, `NOTICE` has a remark, `HANG` waits for `release()`;
 * anything else is a syntax error. A transaction on the database `slow` begins upon `release()`.
 */
export class FakeEndpoint implements SimEndpoint {
  readonly edition: SimEndpoint['edition'] = 'enterprise';
  readonly version: string;
  advertisedAddress = '127.0.0.1:7687';
  /** How often a connection has asked for the faults. */
  faultReads = 0;
  /** What has been asked, with what came along. */
  readonly requests: SimRequest[] = [];
  /** What happened, in words. */
  readonly log: string[] = [];
  #wireFaults: WireFaults = healthy;
  readonly #stops = new Set<() => void>();
  readonly #hanging: (() => void)[] = [];

  constructor(version = '2026.08.1') {
    this.version = version;
  }

  break(faults: Partial<WireFaults>): void {
    this.#wireFaults = { ...healthy, ...faults };
  }

  get wireFaults(): WireFaults {
    this.faultReads++;
    return this.#wireFaults;
  }

  stop(): void {
    for (const callback of this.#stops) callback();
  }

  /** Lets what hangs go on. */
  release(): void {
    for (const resolve of this.#hanging.splice(0)) resolve();
  }

  get stopListeners(): number {
    return this.#stops.size;
  }

  login({ principal, credentials }: SimAuth): SimLogin {
    if (credentials === 'correct horse') {
      return { ok: true, user: principal, credentialsExpired: principal === 'expired' };
    }
    const code = 'Neo.ClientError.Security.Unauthorized';
    return { ok: false, failure: { code, gqlStatus: '42NFF', message: 'Wrong name or password.' } };
  }

  async run(request: SimRequest, text: string, parameters: Readonly<Record<string, SimValue>>) {
    this.requests.push(request);
    return this.#execute(request.database ?? 'neo4j', text, parameters);
  }

  async begin(request: SimRequest): Promise<{ readonly ok: true; readonly transaction: SimTransaction }> {
    this.requests.push(request);
    const database = request.database ?? 'neo4j';
    if (database === 'slow') await this.#hang();
    return {
      ok: true,
      transaction: {
        database,
        run: (text, parameters) => this.#execute(database, text, parameters),
        commit: () => {
          this.log.push('commit');
          return Promise.resolve({ ok: true, bookmark: 'after-commit' });
        },
        rollback: () => {
          this.log.push('rollback');
        },
      },
    };
  }

  route(
    _user: string,
    database: string | null,
  ):
    | { readonly ok: true; readonly table: SimRoutingTable }
    | { readonly ok: false; readonly failure: SimFailure } {
    const name = database ?? 'neo4j';
    if (name === 'missing') {
      const code = 'Neo.ClientError.Database.DatabaseNotFound';
      const message = 'There is no such database.';
      const cause = { code, gqlStatus: '22N51', message };
      return { ok: false, failure: { code, gqlStatus: '22000', message, cause } };
    }
    const all = [this.advertisedAddress];
    return { ok: true, table: { ttlSeconds: 300, database: name, routers: all, readers: all, writers: all } };
  }

  onStop(callback: () => void): () => void {
    this.#stops.add(callback);
    return () => this.#stops.delete(callback);
  }

  #hang(): Promise<void> {
    return new Promise((resolve) => this.#hanging.push(resolve));
  }

  async #execute(
    database: string,
    text: string,
    parameters: Readonly<Record<string, SimValue>>,
  ): Promise<SimAnswer> {
    this.log.push(text);
    const value = parameters['value'] ?? null;
    switch (text) {
      case 'ROWS': {
        const rows = Array.from({ length: Number(parameters['count']) }, (_, index) => [BigInt(index)]);
        return { ok: true, result: result(database, ['n'], rows) };
      }
      case 'ECHO':
        return { ok: true, result: result(database, ['value'], [[value]]) };
      case 'WRITE':
        return {
          ok: true,
          result: {
            ...result(database, [], []),
            type: 'w',
            systemUpdates: 1,
            nodesCreated: 2,
            propertiesSet: 3,
          },
        };
      case 'NOTICE':
        return { ok: true, result: { ...result(database, ['n'], []), notifications: [remark] } };
      case 'HANG':
        await this.#hang();
        return { ok: true, result: result(database, [], []) };
      case 'PANIC':
        throw new Error('the model is broken');
      default:
        return { ok: false, failure: syntaxError };
    }
  }
}

function result(database: string, columns: readonly string[], rows: readonly Row[]): SimResult {
  return {
    columns,
    rows,
    type: 'r',
    systemUpdates: 0,
    nodesCreated: 0,
    propertiesSet: 0,
    notifications: [],
    database,
    bookmark: 'after-run',
  };
}
