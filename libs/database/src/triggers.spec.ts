import { describe, expect, it } from '@jest/globals';
import {
  type ClusterChange,
  type ClusterObject,
  clusterLabels,
  clusters,
  type ConfigMap,
  configMaps,
  databaseIndexes,
  type DatabaseObject,
  databases,
  labels,
} from '@neo4j-operator/cluster-access';
import {
  type Delta,
  keyOf,
  type KubeObject,
  type Lister,
  objectKey,
  type ObjectKey,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { Subject } from 'rxjs';
import { clusterObject, databaseObject } from './states.spec-helper.ts';
import { Triggers } from './triggers.ts';

const graph = objectKey('prod', 'graph');

/** An object of a name for a database of that name. */
function named(
  name: string,
  different: Parameters<typeof databaseObject>[0] = {},
  reason = 'Online',
): Stored<DatabaseObject> {
  const status = {
    conditions: [
      {
        type: 'Ready',
        status: reason === 'Online' ? ('True' as const) : ('False' as const),
        reason,
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  };
  const object = databaseObject({ name, ...different }, { status });
  return { ...object, metadata: { ...object.metadata, name, uid: `uid-${name}` } };
}

function listerOf(objects: readonly Stored<DatabaseObject>[]): Lister<DatabaseObject> {
  return {
    byIndex: (index: string, value: string) =>
      objects.filter((object) =>
        databaseIndexes[index as keyof typeof databaseIndexes](object).some(
          (found: string) => found === value,
        ),
      ),
  } as unknown as Lister<DatabaseObject>;
}

function lookAt(objects: readonly Stored<DatabaseObject>[]) {
  const triggers = new Triggers();
  triggers.learn(listerOf(objects));
  const changes$ = new Subject<ClusterChange>();
  const heard: (readonly ObjectKey[])[] = [];
  const access = { changes$, get: () => undefined, startedAt: 0 };
  triggers.source({ access }).keys$.subscribe((keys) => heard.push(keys));
  const mapped = <T extends KubeObject>(resource: Resource<T>, delta: Delta<T>): readonly string[] => {
    const watch = triggers.watches.find((candidate) => candidate.resource.plural === resource.plural);
    return [...(watch?.map(delta) ?? [])].sort();
  };
  return {
    mapped,
    changed: (change: Partial<ClusterChange>) => {
      changes$.next({ cluster: graph, servers: false, databases: new Set(), reachability: false, ...change });
      return [...(heard.pop() ?? [])].sort();
    },
  };
}

describe('what a cluster says', () => {
  const world = lookAt([
    named('movies'),
    named('music'),
    named('pooled', { topology: { secondaries: 'pool' } }),
    named('short', {}, 'TopologyImpossible'),
    named('aliased', {}, 'NameIsAlias'),
    named('elsewhere', { clusterRef: 'other' }),
  ]);

  it('matters to the objects of the databases that changed', () => {
    expect(world.changed({ databases: new Set(['movies', 'unknown']) })).toEqual([
      'prod/aliased',
      'prod/movies',
    ]);
  });

  it('matters to those that depend on the number of servers, if servers come or go', () => {
    expect(world.changed({ servers: true })).toEqual(['prod/aliased', 'prod/pooled', 'prod/short']);
  });

  it('matters to those that wait, if system takes writes again', () => {
    expect(world.changed({ databases: new Set(['system']) })).toEqual([
      'prod/aliased',
      'prod/pooled',
      'prod/short',
    ]);
  });

  it('matters to all if the cluster can be seen again, or no more', () => {
    expect(world.changed({ reachability: true })).toHaveLength(5);
  });
});

describe('a cluster that changes', () => {
  const world = lookAt([named('movies'), named('elsewhere', { clusterRef: 'other' })]);
  const before = { ...clusterObject(), metadata: { ...clusterObject().metadata, generation: 1 } };

  function updated(generation: number): Delta<ClusterObject> {
    const next = { ...before, metadata: { ...before.metadata, generation, resourceVersion: '2' } };
    return { type: 'updated', key: keyOf(before), prev: before, next };
  }

  it('matters if its spec has changed, and not if its status has', () => {
    expect(world.mapped(clusters, updated(1))).toEqual([]);
    expect(world.mapped(clusters, updated(2))).toEqual(['prod/movies']);
  });

  it('matters when it comes and goes', () => {
    const gone = { type: 'deleted', key: keyOf(before), prev: before, finalStateUnknown: false } as const;
    expect(world.mapped(clusters, gone)).toEqual(['prod/movies']);
  });
});

describe('an object that claims the same database', () => {
  const world = lookAt([named('movies'), named('films', { name: 'movies' }), named('music')]);
  const films = named('films', { name: 'movies' });
  const key = keyOf(films);

  it('matters when it goes, or gets to have it', () => {
    expect(world.mapped(databases, { type: 'deleted', key, prev: films, finalStateUnknown: false })).toEqual([
      'prod/movies',
    ]);
    const holder = {
      ...films,
      metadata: { ...films.metadata, annotations: { 'neo4j.neo4j.com/database-id': 'id-1' } },
    };
    expect(world.mapped(databases, { type: 'updated', key, prev: films, next: holder })).toEqual([
      'prod/movies',
    ]);
  });

  it('does not matter when it is new, or only its status changes', () => {
    expect(world.mapped(databases, { type: 'added', key, next: films, initial: false })).toEqual([]);
    expect(world.mapped(databases, { type: 'updated', key, prev: films, next: films })).toEqual([]);
  });
});

describe('what is remembered of databases', () => {
  const world = lookAt([named('movies'), named('music')]);

  function record(data: Readonly<Record<string, string>>, role: string): Stored<ConfigMap> {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'graph-kept-databases',
        namespace: 'prod',
        uid: 'u',
        resourceVersion: '1',
        labels: { ...clusterLabels('graph'), [labels.role]: role },
      },
      data,
    };
  }

  it('matters to the objects of the names that changed', () => {
    const change = (role: string): Delta<ConfigMap> => ({
      type: 'updated',
      key: objectKey('prod', 'graph-kept-databases'),
      prev: record({ movies: 'id-1', music: 'id-2' }, role),
      next: record({ music: 'id-2' }, role),
    });
    expect(world.mapped(configMaps, change('kept-databases'))).toEqual(['prod/movies']);
    expect(world.mapped(configMaps, change('data'))).toEqual([]);
  });
});
