import { type NetworkOptions, SimNetwork, type SimServer } from '@neo4j-operator/neo4j-sim';

/** Addresses of a name; undefined if it is none of the cluster's. */
export type Resolve = (name: string) => readonly string[] | undefined;

/**
 * A network in which servers are found by name, as pods are: a server whose Service is missing, or does not publish it yet, is reached
 * by nobody, however well it is.
 */
export class NamedNetwork extends SimNetwork {
  readonly #resolve: Resolve;
  /** Addresses of the pods that servers run in. */
  readonly #ips = new WeakMap<SimServer, string>();

  constructor(options: NetworkOptions, resolve: Resolve) {
    super(options);
    this.#resolve = resolve;
  }

  /** Tells where a server runs. One that nobody has told of is found by its address alone. */
  place(server: SimServer, ip: string): void {
    this.#ips.set(server, ip);
  }

  override forClient(address: string): SimServer | undefined {
    const { host, port } = partsOf(address);
    const ips = this.#resolve(host);
    if (ips === undefined) return super.forClient(address);
    for (const ip of ips) {
      const server = this.servers.find(
        (each) => this.#ips.get(each) === ip && partsOf(each.configuration.boltAddress).port === port,
      );
      if (server !== undefined) return super.forClient(server.configuration.boltAddress);
    }
    return undefined;
  }

  override canReach(one: SimServer, other: SimServer): boolean {
    return super.canReach(one, other) && (one === other || (this.#isNamed(one) && this.#isNamed(other)));
  }

  #isNamed(server: SimServer): boolean {
    const ip = this.#ips.get(server);
    const ips = this.#resolve(partsOf(server.configuration.clusterAddress).host);
    return ip === undefined || ips === undefined || ips.includes(ip);
  }
}

function partsOf(address: string): { readonly host: string; readonly port: string } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: address.slice(colon + 1) };
}
