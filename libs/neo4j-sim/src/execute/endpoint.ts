import type {
  SimAnswer,
  SimAuth,
  SimEndpoint,
  SimLogin,
  SimRequest,
  SimRoutingTable,
  SimValue,
  WireFaults,
} from '../contract.ts';
import type { SimServer } from '../model/server.ts';
import { waitForBookmarks } from './bookmarks.ts';
import { asRefusal } from './context.ts';
import { login } from './login.ts';
import { type Refusal, refuse } from './refusal.ts';
import { routingTable } from './routing.ts';
import { ServerTransaction } from './transaction.ts';

/** A running server as its clients see it. */
export class ServerEndpoint implements SimEndpoint {
  readonly #server: SimServer;

  constructor(server: SimServer) {
    this.#server = server;
  }

  get version(): string {
    return this.#server.configuration.version;
  }

  get edition(): 'enterprise' | 'community' {
    return this.#server.configuration.edition;
  }

  get advertisedAddress(): string {
    return this.#server.configuration.boltAddress;
  }

  get wireFaults(): WireFaults {
    return this.#server.faults.wire;
  }

  login(auth: SimAuth): SimLogin {
    return login(this.#server, auth);
  }

  async run(
    request: SimRequest,
    text: string,
    parameters: Readonly<Record<string, SimValue>>,
  ): Promise<SimAnswer> {
    let transaction: ServerTransaction | undefined;
    try {
      transaction = await this.#open(request);
      const executed = transaction.carryOut(text, parameters);
      const bookmark = transaction.commitNow();
      return { ok: true, result: { ...(await transaction.finish(executed)), bookmark } };
    } catch (error) {
      return { ok: false, failure: asRefusal(error).failure };
    } finally {
      transaction?.rollback();
    }
  }

  async begin(request: SimRequest): ReturnType<SimEndpoint['begin']> {
    try {
      return { ok: true, transaction: await this.#open(request) };
    } catch (error) {
      return { ok: false, failure: asRefusal(error).failure };
    }
  }

  route(user: string, database: string | null): ReturnType<SimEndpoint['route']> {
    try {
      const name = this.#databaseOf(user, database, ['22000', '22N51']);
      const table: SimRoutingTable = routingTable(this.#server, name);
      // The name comes back as it was given.
      return { ok: true, table: { ...table, database: database ?? name } };
    } catch (error) {
      return { ok: false, failure: asRefusal(error).failure };
    }
  }

  onStop(callback: () => void): () => void {
    return this.#server.onStop(callback);
  }

  /** Waits for what the client has seen elsewhere; that may be that the database exists, so it is looked up only then. */
  async #open(request: SimRequest): Promise<ServerTransaction> {
    await waitForBookmarks(this.#server, request.bookmarks, request.timeoutMs);
    return new ServerTransaction(this.#server, request, this.#databaseOf(request.user, request.database));
  }

  /** The database that is asked for, or the home of the user; it has to exist. */
  #databaseOf(user: string, asked: string | null, statuses = ['42001', '42N00']): string {
    const { cluster, databases, users } = this.#server.state;
    const name = (asked ?? users.get(user)?.home ?? cluster?.defaultDatabase ?? 'neo4j').toLowerCase();
    if (name === 'system' || databases.has(name)) return name;
    throw notFound(name, statuses);
  }
}

function notFound(name: string, statuses: readonly string[]): Refusal {
  return refuse('ClientError.Database.DatabaseNotFound', statuses, `Database '${name}' does not exist`);
}
