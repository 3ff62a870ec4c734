import type {
  SimAuth,
  SimEndpoint,
  SimLogin,
  SimRequest,
  SimValue,
  WireFaults,
} from '@neo4j-operator/neo4j-sim';
import { outcomeOf, type StatementRecord } from './statements.ts';
import type { World } from './world.ts';

/** A server that is reached over sockets; what it is told is in `world.statements`. */
export class LoggedEndpoint implements SimEndpoint {
  readonly #world: World;
  readonly #endpoint: SimEndpoint;

  constructor(world: World, endpoint: SimEndpoint) {
    this.#world = world;
    this.#endpoint = endpoint;
  }

  get version(): string {
    return this.#endpoint.version;
  }

  get edition(): 'enterprise' | 'community' {
    return this.#endpoint.edition;
  }

  get advertisedAddress(): string {
    return this.#endpoint.advertisedAddress;
  }

  get wireFaults(): WireFaults {
    return this.#endpoint.wireFaults;
  }

  login(auth: SimAuth): SimLogin {
    return this.#endpoint.login(auth);
  }

  async run(
    request: SimRequest,
    text: string,
    parameters: Readonly<Record<string, SimValue>>,
  ): ReturnType<SimEndpoint['run']> {
    const answer = await this.#endpoint.run(request, text, parameters);
    this.#log(request, text, outcomeOf(text, answer));
    return answer;
  }

  async begin(request: SimRequest): ReturnType<SimEndpoint['begin']> {
    const begun = await this.#endpoint.begin(request);
    if (!begun.ok) return begun;
    const { transaction } = begun;
    return {
      ok: true,
      transaction: {
        database: transaction.database,
        commit: () => transaction.commit(),
        rollback: () => {
          transaction.rollback();
        },
        run: async (text, parameters) => {
          const answer = await transaction.run(text, parameters);
          this.#log(request, text, outcomeOf(text, answer));
          return answer;
        },
      },
    };
  }

  route(user: string, database: string | null): ReturnType<SimEndpoint['route']> {
    return this.#endpoint.route(user, database);
  }

  onStop(callback: () => void): () => void {
    return this.#endpoint.onStop(callback);
  }

  #log(
    { database, user }: SimRequest,
    text: string,
    outcome: Pick<StatementRecord, 'failure' | 'changed'>,
  ): void {
    this.#world.heard({
      atMs: this.#world.clock.now(),
      user,
      database: database ?? '',
      text,
      address: this.advertisedAddress,
      ...outcome,
    });
  }
}
