// What the user of a simulation does, drawn by chance.
import type { Rng } from '@neo4j-operator/clock';
import type { ClusterWish, DatabaseWish, Mistake, Wish } from './simulation-wish.spec-helper.ts';

/** One thing that the user does. */
export interface Edit {
  readonly what: string;
  /** What is wanted from then on. */
  readonly to: Wish;
  /** What the API server must not take; then `to` is what was wanted before. */
  readonly refused?: Wish;
  /** The name of a database that somebody makes in Neo4j. */
  readonly foreign?: string;
  /** Milliseconds of virtual time until the next one. */
  readonly pauseMs: number;
}

/** All that he does, from the first object on. */
export interface Life {
  readonly start: Wish;
  readonly edits: readonly Edit[];
}

/** Draws from a list. */
export function pick<T>(rng: Rng, from: readonly [T, ...T[]]): T {
  return from[Math.floor(rng.next() * from.length)] ?? from[0];
}

/** Whether something happens. */
export function happens(rng: Rng, share: number): boolean {
  return rng.next() < share;
}

/** A whole number, both ends included. */
export function between(rng: Rng, least: number, most: number): number {
  return least + Math.floor(rng.next() * (most - least + 1));
}

/** In their order: the volumes of a newer version are none for an older one. */
const tags: readonly [string, ...string[]] = ['5.26.10', '5.26.12', '2026.08.0', '2026.08.1'];
const sizes = ['1Gi', '2Gi', '5Gi', '10Gi'] as const;
const names = ['movies', 'orders', 'people', 'neo4j'] as const;
const settings = {
  'db.logs.query.threshold': ['1s', '5s', '10s'],
  'db.transaction.timeout': ['30s', '90s', '5m'],
  'server.bolt.thread_pool_max_size': ['100', '200', '300'],
  'db.checkpoint.interval.time': ['5m', '10m', '20m'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

/** The settings that are ever asked for, and whether a server takes them while it runs. */
export const settingKeys: ReadonlyMap<string, 'live' | 'restart'> = new Map([
  ['db.logs.query.threshold', 'live'],
  ['db.transaction.timeout', 'live'],
  ['server.bolt.thread_pool_max_size', 'restart'],
  ['db.checkpoint.interval.time', 'restart'],
]);

/** Draws a life. It ends with a cluster that is not paused, more often than not with one that is asked for rightly. */
export function drawLife(rng: Rng): Life {
  const start: Wish = { cluster: drawCluster(rng), databases: drawDatabases(rng, between(rng, 0, 2)) };
  const edits: Edit[] = [];
  let wish = start;
  for (let left = between(rng, 3, 8); left > 0; left--) {
    const edit = drawEdit(rng, wish);
    edits.push({ ...edit, pauseMs: happens(rng, 0.4) ? between(rng, 0, 3000) : between(rng, 3000, 25_000) });
    wish = edit.to;
  }
  const last = mended(rng, wish);
  if (last !== wish) edits.push({ what: 'mend everything', to: last, pauseMs: 0 });
  return { start, edits };
}

function mended(rng: Rng, wish: Wish): Wish {
  const cluster = wish.cluster ?? (happens(rng, 0.8) ? again(rng, wish) : undefined);
  if (cluster === undefined) return wish;
  const keepsMistake = cluster.mistake !== undefined && happens(rng, 0.3);
  if (wish.cluster === cluster && !cluster.isPaused && (cluster.mistake === undefined || keepsMistake))
    return wish;
  return {
    ...wish,
    cluster: { ...cluster, isPaused: false, mistake: keepsMistake ? cluster.mistake : undefined },
  };
}

function drawCluster(rng: Rng): ClusterWish {
  const isCommunity = happens(rng, 0.1);
  const primaries = isCommunity ? 1 : pick(rng, [1, 1, 1, 2, 2, 3, 3, 3, 4, 5]);
  return {
    edition: isCommunity ? 'community' : 'enterprise',
    tag: pick(rng, tags),
    primaries,
    secondaries: isCommunity ? 0 : pick(rng, [0, 0, 0, 1, 1, 2, 3]),
    defaultPrimaries:
      isCommunity || primaries === 1 || happens(rng, 0.8) ? undefined : between(rng, 2, primaries),
    defaultSecondaries: 'pool',
    config: happens(rng, 0.3) ? drawSettings(rng, {}) : {},
    memory: pick(rng, ['2Gi', '3Gi']),
    flavour: undefined,
    size: pick(rng, ['1Gi', '2Gi']),
    password: happens(rng, 0.5) ? `secret-${between(rng, 1000, 9999)}` : undefined,
    retention: happens(rng, 0.7) ? 'Retain' : 'Delete',
    isPaused: false,
    mistake: happens(rng, 0.1) ? drawMistake(rng) : undefined,
  };
}

/** A cluster where there was one: on its volumes with what they can be. */
function again(rng: Rng, { kept }: Wish): ClusterWish {
  if (kept === undefined) return drawCluster(rng);
  const { edition, secondaries } = kept;
  return {
    ...kept,
    secondaries: edition === 'enterprise' && happens(rng, 0.2) ? secondaries + 1 : secondaries,
    memory: pick(rng, ['2Gi', '3Gi']),
    config: happens(rng, 0.3) ? drawSettings(rng, kept.config) : kept.config,
    mistake: undefined,
  };
}

function drawMistake(rng: Rng): Mistake {
  return pick(rng, [
    'oldImage',
    'badImage',
    'ownedSetting',
    'heapTooLarge',
    'noLicence',
    'noSecret',
    'shortPassword',
  ]);
}

function drawSettings(rng: Rng, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const key = pick(rng, Object.keys(settings) as [keyof typeof settings, ...(keyof typeof settings)[]]);
  const { [key]: had, ...others } = before;
  return had !== undefined && happens(rng, 0.3) ? others : { ...before, [key]: pick(rng, settings[key]) };
}

function drawDatabases(rng: Rng, count: number): ReadonlyMap<string, DatabaseWish> {
  return new Map(
    Array.from({ length: count }, () => {
      const database = pick(rng, names);
      return [objectName(rng, database), drawDatabase(rng, database)];
    }),
  );
}

/** Sometimes two objects are about one database. */
function objectName(rng: Rng, database: string): string {
  return happens(rng, 0.15) ? `${database}-too` : database;
}

function drawDatabase(rng: Rng, database: string): DatabaseWish {
  return {
    database,
    ...drawTopology(rng),
    state: happens(rng, 0.85) ? 'online' : 'offline',
    adopt: happens(rng, 0.3),
    policy: happens(rng, 0.5) ? 'Drop' : 'Retain',
  };
}

function drawTopology(rng: Rng): Pick<DatabaseWish, 'primaries' | 'secondaries'> {
  return {
    primaries: pick(rng, [undefined, undefined, 1, 2, 3, 3, 5]),
    secondaries: pick(rng, [0, 0, 'pool', 'pool', 1, 2]),
  };
}

type Drawn = Omit<Edit, 'pauseMs'>;

function drawEdit(rng: Rng, wish: Wish): Drawn {
  const { cluster } = wish;
  if (cluster === undefined) {
    return happens(rng, 0.7)
      ? { what: 'make a cluster again', to: { ...wish, cluster: again(rng, wish) } }
      : ofDatabase(rng, wish);
  }
  if (cluster.isPaused && happens(rng, 0.5)) {
    return { what: 'go on', to: { ...wish, cluster: { ...cluster, isPaused: false } } };
  }
  if (cluster.mistake !== undefined && happens(rng, 0.5)) {
    return { what: `mend ${cluster.mistake}`, to: { ...wish, cluster: { ...cluster, mistake: undefined } } };
  }
  return happens(rng, 0.4) ? ofDatabase(rng, wish) : ofCluster(rng, wish, cluster);
}

function ofCluster(rng: Rng, wish: Wish, cluster: ClusterWish): Drawn {
  const change = (what: string, changes: Partial<ClusterWish>): Drawn => ({
    what,
    to: { ...wish, cluster: { ...cluster, ...changes } },
  });
  const refuse = (what: string, changes: Partial<ClusterWish>): Drawn => ({
    what,
    to: wish,
    refused: { ...wish, cluster: { ...cluster, ...changes } },
  });
  const isCommunity = cluster.edition === 'community';
  switch (between(rng, 1, 15)) {
    case 1:
    case 2:
      if (isCommunity || cluster.primaries === 1 || cluster.primaries >= 5) break;
      return change('more primaries', { primaries: cluster.primaries + between(rng, 1, 2) });
    case 3:
    case 4:
      if (isCommunity || cluster.secondaries >= 3) break;
      return change('more secondaries', { secondaries: cluster.secondaries + 1 });
    case 5:
      if (cluster.secondaries > 0)
        return change('fewer secondaries', { secondaries: cluster.secondaries - 1 });
      if (cluster.primaries <= 2 || (cluster.defaultPrimaries ?? 0) >= cluster.primaries) break;
      return change('fewer primaries', { primaries: cluster.primaries - 1 });
    case 6:
      return change('more memory', { memory: cluster.memory === '2Gi' ? '3Gi' : '2Gi' });
    case 7: {
      const size = sizes.at(sizes.indexOf(cluster.size as '1Gi') + 1);
      return size === undefined
        ? refuse('no primaries', { primaries: 0 })
        : change('larger volumes', { size });
    }
    case 8:
      return change('another password', { password: `secret-${between(rng, 1000, 9999)}` });
    case 9:
      return change('a mistake', { mistake: drawMistake(rng) });
    case 10:
      return refuse('smaller volumes', { size: '512Mi' });
    case 11:
      return isCommunity || cluster.primaries > 1
        ? refuse('no primaries', { primaries: 0 })
        : refuse('from one to many', { primaries: 3 });
    case 12:
      return cluster.isPaused
        ? change('another variable', { flavour: pick(rng, ['sweet', 'sour']) })
        : change('pause', { isPaused: true });
    case 13:
      if (cluster.isPaused) break;
      return {
        what: `delete the cluster (${cluster.retention})`,
        to: {
          databases: wish.databases,
          cluster: undefined,
          ...(cluster.retention === 'Retain' ? { kept: cluster } : {}),
        },
      };
    case 14:
      return change('another image', {
        tag: tags[between(rng, tags.indexOf(cluster.tag), tags.length - 1)] ?? cluster.tag,
      });
    case 15:
      return change('another policy', { retention: cluster.retention === 'Retain' ? 'Delete' : 'Retain' });
    default:
      break;
  }
  return change('other settings', { config: drawSettings(rng, cluster.config) });
}

function ofDatabase(rng: Rng, wish: Wish): Drawn {
  const with_ = (name: string, database: DatabaseWish | undefined): Wish => {
    const databases = new Map(wish.databases);
    if (database === undefined) databases.delete(name);
    else databases.set(name, database);
    return { ...wish, databases };
  };
  const there = [...wish.databases];
  const [first, ...more] = there;
  if (first === undefined || (there.length < 4 && happens(rng, 0.4))) {
    const database = pick(rng, names);
    if (wish.cluster !== undefined && database !== 'neo4j' && happens(rng, 0.15)) {
      return { what: `somebody makes ${database}`, to: wish, foreign: database };
    }
    const name = objectName(rng, database);
    if (!wish.databases.has(name))
      return { what: `make ${name}`, to: with_(name, drawDatabase(rng, database)) };
  }
  if (first === undefined) return { what: 'nothing', to: wish };
  const [name, database] = pick(rng, [first, ...more]);
  switch (between(rng, 1, 5)) {
    case 1:
      return {
        what: `${database.state === 'online' ? 'stop' : 'start'} ${name}`,
        to: with_(name, { ...database, state: database.state === 'online' ? 'offline' : 'online' }),
      };
    case 2:
      return { what: `delete ${name} (${database.policy})`, to: with_(name, undefined) };
    case 3:
      return { what: `adopt with ${name}`, to: with_(name, { ...database, adopt: true }) };
    default:
      return { what: `other copies of ${name}`, to: with_(name, { ...database, ...drawTopology(rng) }) };
  }
}
