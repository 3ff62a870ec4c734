import { seededRng } from '@neo4j-operator/clock';
import {
  type ClusterObject,
  type ClusterSession,
  type ClusterTarget,
  objectNames,
  secrets,
} from '@neo4j-operator/cluster-access';
import {
  type BoltConnector,
  ClusterConnections,
  type Credentials,
  readUsers,
  showCurrentUser,
  showUsers,
  type Statement,
  type UserView,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, realTimings, SimCluster } from '@neo4j-operator/neo4j-sim';
import { keyOf, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';
import { readCredentials } from '../analyze/sight.ts';
import type { ActionOf } from './executor.ts';
import { World } from './world.spec-helper.ts';

/** A connector whose owner can die: then what is under way may still take effect, and nobody is told. */
class MortalConnector implements BoltConnector {
  /** Texts of what changed something, or tried to. */
  readonly sent: Statement[] = [];
  /** After so many more statements that change something this process is dead. */
  statementsLeft = Number.POSITIVE_INFINITY;
  inner: BoltConnector | undefined;

  open(endpoint: Parameters<BoltConnector['open']>[0]): ReturnType<BoltConnector['open']> {
    if (this.inner === undefined) throw new Error('no Neo4j yet');
    const link = this.inner.open(endpoint);
    const lost = {
      ok: false,
      failure: { origin: 'transport', kind: 'lost', mayHaveRun: true, message: 'this process is dead' },
    } as const;
    return {
      connections: () => link.connections(),
      close: () => link.close(),
      run: async (statement, options) => {
        if (this.statementsLeft <= 0) return lost;
        if (!/^(CYPHER \d+ )?SHOW/.test(statement.text)) {
          this.sent.push(statement);
          this.statementsLeft--;
        }
        const answer = await link.run(statement, options);
        return this.statementsLeft <= 0 ? lost : answer;
      },
    };
  }
}

/** A simulated Neo4j whose servers have the bootstrap password, and a cluster object with its Secrets. */
export class Neo4jWorld {
  readonly world: World;
  readonly object: Stored<ClusterObject>;
  readonly neo4j: SimCluster;
  readonly connector: MortalConnector;
  readonly target: ClusterTarget;

  static async start({
    edition = 'enterprise',
    servers = 3,
    password,
  }: {
    readonly edition?: 'enterprise' | 'community';
    readonly servers?: number;
    /** Another one than the Secret says. */
    readonly password?: string;
  } = {}): Promise<Neo4jWorld> {
    const connector = new MortalConnector();
    const spec = edition === 'community' ? { edition, topology: { primaries: 1 } } : {};
    const [world, object] = await World.start(spec, connector);
    for (const role of ['bootstrap', 'operator-account', 'admin'] as const) {
      const key = objectKey('prod', secretNames[role]);
      const target = { resource: secrets, key };
      await world.run(
        { kind: 'CreateSecret', target, role, reason: 'Test', message: '', risk: 'none' },
        object,
      );
    }
    await world.sync();
    const bootstrap = await readCredentials(world.secrets, objectKey('prod', secretNames.bootstrap));
    const neo4j = new SimCluster({
      clock: world.clock,
      rng: seededRng(3),
      timings: realTimings,
      servers,
      edition,
      password: password ?? bootstrap.password,
    });
    for (let index = 0; index < servers; index++) await neo4j.add();
    await world.clock.advance(30_000);
    connector.inner = inProcessConnector(neo4j.network);
    return new Neo4jWorld({ world, object, neo4j, connector, edition });
  }

  private constructor({
    edition,
    ...parts
  }: Pick<Neo4jWorld, 'world' | 'object' | 'neo4j' | 'connector'> & {
    readonly edition: 'enterprise' | 'community';
  }) {
    const { world, object, neo4j, connector } = parts;
    this.world = world;
    this.object = object;
    this.neo4j = neo4j;
    this.connector = connector;
    this.target = {
      addresses: neo4j.members.flatMap(({ boltAddress }) => boltAddress ?? []),
      version: versionOf('2026.08.1'),
      edition,
      credentials: () => readCredentials(world.secrets, objectKey('prod', secretNames['operator-account'])),
    };
  }

  /** The session that a look at the cluster opens. */
  session(): ClusterSession {
    return this.world.access.open(keyOf(this.object), this.target);
  }

  account(kind: 'EstablishAccount' | 'SetAdminPassword'): ActionOf<'EstablishAccount' | 'SetAdminPassword'> {
    const target = { resource: secrets, key: objectKey('prod', secretNames['operator-account']) };
    return { kind, target, reason: 'Test', message: '', risk: 'none' };
  }

  /** The login of a Secret. */
  login(role: keyof typeof secretNames): Promise<Credentials> {
    return readCredentials(this.world.secrets, objectKey('prod', secretNames[role]));
  }

  /** Who a login is to Neo4j. */
  async whoIs(credentials: Credentials): Promise<UserView | undefined> {
    const { rows } = await this.#ask(credentials, showCurrentUser(this.target.version));
    return readUsers(rows)[0];
  }

  /** All users, as the administrator of the simulation sees them. */
  async users(credentials: Credentials): Promise<readonly UserView[]> {
    return readUsers((await this.#ask(credentials, showUsers(this.target.version))).rows);
  }

  async end(): Promise<void> {
    await this.world.end();
    await this.neo4j.close();
  }

  async #ask(credentials: Credentials, statement: Statement): ReturnType<ClusterConnections['read']> {
    const { inner } = this.connector;
    if (inner === undefined) throw new Error('no Neo4j yet');
    const connections = new ClusterConnections({
      clock: this.world.clock,
      connector: inner,
      addresses: () => this.target.addresses,
      credentials: () => Promise.resolve(credentials),
      trust: () => 'plaintext',
    });
    try {
      return await this.world.until(connections.read(statement));
    } finally {
      await connections.close();
    }
  }
}

export const secretNames = {
  bootstrap: objectNames.bootstrap('graph'),
  'operator-account': objectNames.operatorAccount('graph'),
  admin: objectNames.generatedAdmin('graph'),
} as const;
