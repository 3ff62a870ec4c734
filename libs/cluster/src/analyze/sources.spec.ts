import { neo4jDatabase } from '@neo4j-operator/api-types';
import {
  type ClusterChange,
  clusterLabels,
  type DatabaseObject,
  type Secret,
} from '@neo4j-operator/cluster-access';
import { describe, expect, it } from '@jest/globals';
import {
  type Delta,
  keyOf,
  type KubeObject,
  type ObjectKey,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { Subject } from 'rxjs';
import { sampleCluster } from '../render/samples.spec-helper.ts';
import { stored } from './listers.spec-helper.ts';
import { sourcesOf, watchesOf } from './sources.ts';

const graph = objectKey('prod', 'graph');

function added(next: Stored): Delta<KubeObject> {
  return { type: 'added', key: keyOf(next), next, initial: false };
}

function updated(prev: Stored, next: Stored): Delta<KubeObject> {
  return { type: 'updated', key: keyOf(next), prev, next };
}

function deleted(prev: Stored): Delta<KubeObject> {
  return { type: 'deleted', key: keyOf(prev), prev, finalStateUnknown: false };
}

/** What a change leads to, and which sessions were closed because of it. */
function watching() {
  const closed: ObjectKey[] = [];
  const watches = watchesOf({
    close: (cluster) => {
      closed.push(cluster);
      return Promise.resolve();
    },
  });
  const tell = (delta: Delta<KubeObject>): readonly ObjectKey[] => {
    const { kind } = delta.type === 'deleted' ? delta.prev : delta.next;
    return watches.flatMap(({ map, resource }) => (resource.kind === kind ? [...map(delta)] : []));
  };
  return { closed, tell };
}

function secret(name: string, labels: Readonly<Record<string, string>> = {}): Stored<Secret> {
  return stored({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'prod', labels } });
}

describe('a change of a Secret', () => {
  it('is about the cluster that it was made for', () => {
    const { tell } = watching();
    expect(tell(added(secret('graph-bootstrap', clusterLabels('graph'))))).toEqual([graph]);
  });

  it('is about each cluster that names it, as long as it does', () => {
    const { tell } = watching();
    const mine = secret('mine');
    expect(tell(added(mine))).toEqual([]);
    const naming = sampleCluster({ auth: { adminSecret: 'mine' } });
    const other = sampleCluster({ auth: { adminSecret: 'mine' } }, 'other');
    tell(added(naming));
    tell(added(other));
    expect(tell(updated(mine, mine))).toEqual([graph, objectKey('prod', 'other')]);
    tell(updated(naming, sampleCluster()));
    expect(tell(deleted(mine))).toEqual([objectKey('prod', 'other')]);
    tell(deleted(other));
    expect(tell(added(mine))).toEqual([]);
  });
});

describe('a change of a pod', () => {
  const pod = (labels: Readonly<Record<string, string>>): Stored =>
    stored({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'prod', labels } });

  it('is about the clusters that its labels name, before and after', () => {
    const { tell } = watching();
    const [before, after] = [pod(clusterLabels('graph')), pod(clusterLabels('other'))];
    expect(tell(updated(before, after))).toEqual([graph, objectKey('prod', 'other')]);
    expect(tell(deleted(after))).toEqual([objectKey('prod', 'other')]);
  });
});

describe('a change of a database', () => {
  const database = stored(
    neo4jDatabase.applyDefaults({
      apiVersion: 'neo4j.neo4j.com/v1alpha1',
      kind: 'Neo4jDatabase',
      metadata: { name: 'movies', namespace: 'prod' },
      spec: { clusterRef: 'graph', name: 'movies' },
    }) as DatabaseObject,
  );

  it('matters to its cluster when it comes or goes', () => {
    const { tell } = watching();
    expect(tell(added(database))).toEqual([graph]);
    expect(tell(updated(database, database))).toEqual([]);
    expect(tell(deleted(database))).toEqual([graph]);
  });

  it('matters to both clusters when another one is referred to', () => {
    const { tell } = watching();
    const moved = { ...database, spec: { ...database.spec, clusterRef: 'other' } };
    expect(tell(updated(database, moved))).toEqual([graph, objectKey('prod', 'other')]);
  });
});

describe('a cluster whose object is gone', () => {
  it('is let go of, without a pass', () => {
    const { closed, tell } = watching();
    expect(tell(added(sampleCluster()))).toEqual([]);
    expect(closed).toEqual([]);
    expect(tell(deleted(sampleCluster()))).toEqual([]);
    expect(closed).toEqual([graph]);
  });
});

it('what Neo4j tells leads to a pass over its cluster', () => {
  const changes$ = new Subject<ClusterChange>();
  const passes: (readonly ObjectKey[])[] = [];
  for (const { keys$ } of sourcesOf({ changes$ })) keys$.subscribe((keys) => passes.push(keys));
  changes$.next({ cluster: graph, servers: true, databases: new Set(), reachability: false });
  expect(passes).toEqual([[graph]]);
});
