// The way to the servers in this process, whatever cluster they are of.
import {
  type InProcessAddress,
  type InProcessAnswer,
  type InProcessLink,
  type InProcessOptions,
  type InProcessStatement,
  inProcessConnector,
} from '@neo4j-operator/neo4j-sim';
import type { NamedNetwork } from './named-network.ts';
import { hasChanged } from './statements.ts';
import type { World } from './world.ts';

/** In the shape of `BoltConnector` of Neo4j administration. */
export interface WorldConnector {
  open(address: InProcessAddress): InProcessLink;
}

/** Finds the cluster by the addresses that are asked for, at each statement anew. What was said is in `world.statements`. */
export function worldConnector(world: World): WorldConnector {
  return { open: (address) => new WorldLink(world, address) };
}

class WorldLink implements InProcessLink {
  readonly #world: World;
  readonly #address: InProcessAddress;
  readonly #links = new Map<NamedNetwork, InProcessLink>();
  #isClosed = false;

  constructor(world: World, address: InProcessAddress) {
    this.#world = world;
    this.#address = address;
  }

  async run(statement: InProcessStatement, options: InProcessOptions): Promise<InProcessAnswer> {
    const answer = await this.#answer(statement, options);
    this.#world.heard({
      atMs: this.#world.clock.now(),
      user: this.#address.credentials.username,
      database: options.database,
      text: statement.text,
      address: answer.ok ? answer.result.server.address : undefined,
      failure: answer.ok ? undefined : failureOf(answer.failure),
      changed: answer.ok && hasChanged(statement.text, answer.result),
    });
    return answer;
  }

  connections(): number {
    let sum = 0;
    for (const link of this.#links.values()) sum += link.connections();
    return sum;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  async #answer(statement: InProcessStatement, options: InProcessOptions): Promise<InProcessAnswer> {
    if (this.#isClosed) return failed('closed', 'the link was closed');
    const addresses = this.#address.addresses();
    const network = this.#networkOf(addresses);
    if (network === undefined) return failed('unreachable', `none of ${addresses.join(', ')} answers`);
    let link = this.#links.get(network);
    if (link === undefined) {
      this.#links.set(network, (link = inProcessConnector(network).open(this.#address)));
    }
    return link.run(statement, options);
  }

  /** The one that a link is in already is asked first. */
  #networkOf(addresses: readonly string[]): NamedNetwork | undefined {
    const isThere = (network: NamedNetwork): boolean =>
      addresses.some((address) => network.forClient(address) !== undefined);
    for (const network of this.#links.keys()) if (isThere(network)) return network;
    return this.#world.networks.find(({ network }) => isThere(network))?.network;
  }
}

function failed(kind: 'closed' | 'unreachable', message: string): InProcessAnswer {
  return { ok: false, failure: { origin: 'transport', kind, mayHaveRun: false, message } };
}

function failureOf(failure: Extract<InProcessAnswer, { ok: false }>['failure']): string {
  return failure.origin === 'server' ? failure.code : failure.kind;
}
