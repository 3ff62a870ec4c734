import { describe, expect, it } from '@jest/globals';
import { neo4jDatabase } from '@neo4j-operator/api-types';
import { type Lister, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';
import { claimantsOf, databaseIndexes, databasesOf, objectsOf, ourIndexes } from './indexes.ts';
import { clusterLabels } from './names.ts';
import type { DatabaseObject } from './resources.ts';

const metadata = { namespace: 'prod', uid: 'u', resourceVersion: '1' };

function database(clusterRef: string, name: string): Stored<DatabaseObject> {
  const made = neo4jDatabase.applyDefaults({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jDatabase',
    metadata: { name: 'object' },
    spec: { clusterRef, name },
  });
  return { ...made, metadata: { ...metadata, name: 'object' } };
}

/** A lister that files objects as an informer does. */
function filed<T extends Stored>(
  indexes: Readonly<Record<string, (object: T) => readonly string[]>>,
  ...objects: readonly T[]
): Lister<T> {
  const byIndex = (index: string, value: string): readonly T[] =>
    objects.filter((object) => indexes[index]?.(object).includes(value));
  return { byIndex } as unknown as Lister<T>;
}

describe('databases', () => {
  const [movies, music, elsewhere] = [
    database('graph', 'movies'),
    database('graph', 'music'),
    database('other', 'movies'),
  ];
  const lister = filed(databaseIndexes, movies, music, elsewhere);

  it('are found by their cluster', () => {
    expect(databasesOf(lister, objectKey('prod', 'graph'))).toEqual([movies, music]);
    expect(databasesOf(lister, objectKey(undefined, 'graph'))).toEqual([]);
  });

  it('are found by their cluster and name', () => {
    expect(claimantsOf(lister, objectKey('prod', 'other'), 'movies')).toEqual([elsewhere]);
    expect(claimantsOf(lister, objectKey('prod', 'other'), 'music')).toEqual([]);
  });
});

it('objects with our labels are found by the cluster that these name', () => {
  const pod = (labels: Readonly<Record<string, string>>): Stored => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'p', labels },
  });
  const ours = pod(clusterLabels('graph'));
  const lister = filed(ourIndexes, ours, pod({ 'neo4j.neo4j.com/cluster': 'graph' }));
  expect(objectsOf(lister, objectKey('prod', 'graph'))).toEqual([ours]);
});
