// What the user of a simulation wants, and the objects that say so.
import { annotations } from '@neo4j-operator/cluster-access';

/** Something wrong with the spec of a cluster that the API server lets through. */
export type Mistake =
  'oldImage' | 'badImage' | 'ownedSetting' | 'heapTooLarge' | 'noLicence' | 'noSecret' | 'shortPassword';

/** A cluster as it is asked for. */
export interface ClusterWish {
  readonly edition: 'enterprise' | 'community';
  readonly tag: string;
  readonly primaries: number;
  readonly secondaries: number;
  readonly defaultPrimaries: number | undefined;
  readonly defaultSecondaries: number | 'pool';
  readonly config: Readonly<Record<string, string>>;
  readonly memory: string;
  /** The value of a variable of the container. */
  readonly flavour: string | undefined;
  readonly size: string;
  /** Of a Secret of the user; undefined: he names none. */
  readonly password: string | undefined;
  readonly retention: 'Retain' | 'Delete';
  readonly isPaused: boolean;
  readonly mistake: Mistake | undefined;
}

/** A Neo4jDatabase as it is asked for. */
export interface DatabaseWish {
  readonly database: string;
  readonly primaries: number | undefined;
  readonly secondaries: number | 'pool';
  readonly state: 'online' | 'offline';
  readonly adopt: boolean;
  readonly policy: 'Retain' | 'Drop';
}

/** Everything that is asked for at a time. */
export interface Wish {
  readonly cluster: ClusterWish | undefined;
  /** A cluster that was deleted and has left its volumes: whoever makes it again has to ask for what they can be. */
  readonly kept?: ClusterWish;
  /** By the name of the object. */
  readonly databases: ReadonlyMap<string, DatabaseWish>;
}

/** What the one cluster of a simulation is called. */
export const graph = { namespace: 'default', name: 'graph' } as const;

/** The Secret in which the user keeps the administrator's password. */
export const adminSecret = 'admin-login';

const apiVersion = 'neo4j.neo4j.com/v1alpha1';

/** The cluster as the user applies it. */
export function clusterYaml(wish: ClusterWish): string {
  const { mistake } = wish;
  const isEnterprise = wish.edition === 'enterprise';
  return JSON.stringify({
    apiVersion,
    kind: 'Neo4jEnterpriseCluster',
    metadata: {
      name: graph.name,
      ...(wish.isPaused ? { annotations: { [annotations.paused]: 'true' } } : {}),
    },
    spec: {
      ...(isEnterprise ? {} : { edition: 'community' }),
      ...(isEnterprise && mistake !== 'noLicence' ? { acceptLicenseAgreement: 'evaluation' } : {}),
      image: { tag: mistake === 'oldImage' ? '5.25.1' : mistake === 'badImage' ? '5.26.27' : wish.tag },
      topology: {
        primaries: wish.primaries,
        secondaries: wish.secondaries,
        defaultDatabase: {
          ...(wish.defaultPrimaries === undefined ? {} : { primaries: wish.defaultPrimaries }),
          secondaries: wish.defaultSecondaries,
        },
      },
      storage: { size: wish.size, retentionPolicy: wish.retention },
      resources: { requests: { cpu: '100m', memory: wish.memory }, limits: { memory: wish.memory } },
      ...(mistake === 'heapTooLarge' ? { memory: { heap: '8Gi' } } : {}),
      ...(wish.flavour === undefined ? {} : { env: [{ name: 'FLAVOUR', value: wish.flavour }] }),
      ...configOf(wish),
      ...authOf(wish),
    },
  });
}

/** None is left out: to apply an empty map after one that was not leaves a null, which is no map. */
function configOf({ config, mistake }: ClusterWish): object {
  if (mistake === 'ownedSetting') return { config: { ...config, 'server.bolt.listen_address': ':7777' } };
  return Object.keys(config).length === 0 ? {} : { config };
}

function authOf({ mistake, password }: ClusterWish): object {
  if (mistake === 'noSecret') return { auth: { adminSecret: 'nowhere' } };
  return password === undefined && mistake !== 'shortPassword' ? {} : { auth: { adminSecret } };
}

/** The Secret of the user; undefined if he has none. */
export function secretYaml({ mistake, password }: ClusterWish): string | undefined {
  const said = mistake === 'shortPassword' ? 'short' : password;
  if (said === undefined) return undefined;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: adminSecret },
    data: { password: Buffer.from(said).toString('base64') },
  });
}

/** A database as the user applies it. */
export function databaseYaml(name: string, wish: DatabaseWish): string {
  return JSON.stringify({
    apiVersion,
    kind: 'Neo4jDatabase',
    metadata: { name },
    spec: {
      clusterRef: graph.name,
      name: wish.database,
      topology: {
        ...(wish.primaries === undefined ? {} : { primaries: wish.primaries }),
        secondaries: wish.secondaries,
      },
      state: wish.state,
      adoptExisting: wish.adopt,
      deletionPolicy: wish.policy,
    },
  });
}

/** What a wish is in one line. */
export function describeWish({ cluster, databases }: Wish): string {
  const of = [...databases].map(
    ([name, { database, policy, primaries = 'default', secondaries, state }]) =>
      `${name}=${database}(${primaries}+${secondaries} ${state} ${policy})`,
  );
  if (cluster === undefined) return `no cluster ${of.join(' ')}`;
  const { edition, mistake = '', primaries, retention, secondaries, size, tag } = cluster;
  const paused = cluster.isPaused ? 'paused' : '';
  return `${edition} ${tag} ${primaries}+${secondaries} ${size} ${retention} ${paused} ${mistake} ${of.join(' ')}`;
}
