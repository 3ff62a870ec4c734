import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import {
  type ClusterObject,
  type ClusterSession,
  databaseIndexes,
  databases,
  ourIndexes,
  type Secret,
  type Sight,
} from '@neo4j-operator/cluster-access';
import type { ServerView } from '@neo4j-operator/neo4j-admin';
import {
  keyOf,
  type KubeObject,
  type Lister,
  type ObjectKey,
  type Resource,
  resourceName,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { type AnalyzeContext, analyze } from './analyze.ts';
import type { AnalyzePorts } from './ports.ts';
import { cachedSettings } from './settings.ts';
import { cachedVerdicts } from '../validate/index.ts';

/** An object as the API server has stored it. */
export function stored<T extends KubeObject>(object: T, more: Partial<T['metadata']> = {}): Stored<T> {
  const { metadata } = object;
  return {
    ...object,
    metadata: { uid: `uid-of-${object.kind}-${metadata.name}`, resourceVersion: '5', ...metadata, ...more },
  };
}

/** Caches that hold just these objects. */
export function listerOf(objects: readonly Stored[]): AnalyzeContext['lister'] {
  return <T extends KubeObject>(resource: Resource<T>): Lister<T> => {
    const found = objects.filter(({ kind }) => kind === resource.kind) as unknown as readonly Stored<T>[];
    const indexers = (resourceName(resource) === resourceName(databases)
      ? databaseIndexes
      : ourIndexes) as unknown as Readonly<Record<string, (object: Stored<T>) => readonly string[]>>;
    return {
      get: (key) => found.find((object) => keyOf(object) === key),
      list: () => found,
      byIndex: (index, value) => {
        const indexer = indexers[index];
        if (indexer === undefined) throw new TypeError(`no index ${index}`);
        return found.filter((object) => indexer(object).includes(value));
      },
      ownedBy: (uid) =>
        found.filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.uid === uid)),
      size: found.length,
    };
  };
}

/** Sessions that have seen what they are told, and count what they are asked. */
export class FakeAccess implements Pick<AnalyzePorts['access'], 'open' | 'get' | 'close'> {
  sight: Sight;
  /** Ids that each server sees, by its address. Others do not answer. */
  readonly views = new Map<string, readonly string[]>();
  readonly asked: string[] = [];
  opened: ClusterSession | undefined;

  constructor(sight: Sight = { kind: 'unknown' }) {
    this.sight = sight;
  }

  open(cluster: ObjectKey, target: ClusterSession['target']): ClusterSession {
    const { asked, sight, views } = this;
    this.opened = {
      cluster,
      target,
      sight,
      fresh: () => Promise.resolve(sight),
      admin: () => Promise.reject(new Error('nothing is changed by a look')),
      read: () => Promise.reject(new Error('not asked in these specs')),
      direct: (address) => {
        asked.push(address);
        const ids = views.get(address);
        if (ids === undefined) return new Promise(() => undefined);
        return Promise.resolve({
          columns: [],
          rows: ids.map((serverId) => ({ serverId, name: serverId, state: 'Enabled', health: 'Available' })),
          bookmarks: [],
          notifications: [],
          server: { address, agent: '' },
          systemUpdates: 0,
        });
      },
      hurry: () => undefined,
      retryLogin: () => undefined,
    };
    return this.opened;
  }

  get(): ClusterSession | undefined {
    return this.opened;
  }

  close(): Promise<void> {
    this.opened = undefined;
    return Promise.resolve();
  }
}

/** A row of SHOW SERVERS. */
export function row(id: string, address: string, more: Partial<ServerView> = {}): ServerView {
  return {
    id,
    name: id,
    address,
    state: 'Enabled',
    health: 'Available',
    hosting: [],
    requestedHosting: [],
    tags: [],
    allowedDatabases: [],
    deniedDatabases: [],
    modeConstraint: 'NONE',
    version: '2026.08.1',
    ...more,
  };
}

/** What was seen just now. */
export function seen(...servers: readonly ServerView[]): Sight {
  return { kind: 'seen', view: { servers, databases: [], readAt: 0 } };
}

/**
 * A look at a cluster whose caches hold `objects`. Secrets are among them.
 *
 * @param options - `meanwhile`: happens while the Secrets are read; what it gives is in the caches then instead of the cluster
 */
export async function look(
  object: Stored<ClusterObject>,
  objects: readonly Stored[],
  {
    access = new FakeAccess(),
    clock = new VirtualClock(),
    meanwhile,
  }: {
    readonly access?: FakeAccess;
    readonly clock?: VirtualClock;
    readonly meanwhile?: () => readonly Stored[];
  } = {},
): ReturnType<typeof analyze> {
  let lister = listerOf([object, ...objects]);
  const secrets = {
    read: (key: ObjectKey) => {
      if (meanwhile !== undefined) lister = listerOf([...meanwhile(), ...objects]);
      return Promise.resolve(
        objects.find(({ kind, metadata }) => kind === 'Secret' && keyOf({ metadata }) === key) as
          Stored<Secret> | undefined,
      );
    },
  };
  const { signal } = new AbortController();
  const context: AnalyzeContext = {
    lister: (resource) => lister(resource),
    signal,
    clock,
    rng: seededRng(1),
  };
  const looking = analyze(object, context, {
    access,
    secrets,
    clusterDomain: 'cluster.local',
    settingsOf: cachedSettings(),
    verdictOn: cachedVerdicts(),
  });
  let isOver = false;
  const done = looking.finally(() => {
    isOver = true;
  });
  done.catch(() => undefined);
  for (let turn = 0; turn < 100 && !(isOver as boolean); turn++) await clock.advance(turn < 5 ? 0 : 500);
  return done;
}
