import { describe, expect, it } from '@jest/globals';
import { objectKey } from '@neo4j-operator/reconcile-kit';
import { clusterLabels, clusterOf, podName, serverHost, serverName, serverNumber } from './names.ts';

describe('names', () => {
  it.each([
    ['graph', 'graph-1', 1],
    ['graph', 'graph-128', 128],
    // The cluster `graph-1` has servers of its own.
    ['graph', 'graph-1-2', undefined],
    ['graph-1', 'graph-1-2', 2],
    ['graph', 'graph-0', undefined],
    ['graph', 'graph-01', undefined],
    ['graph', 'graph-admin', undefined],
    ['graph', 'graph', undefined],
    ['graph', 'other-1', undefined],
  ])('of a server of %s: %s has the number %s', (cluster, name, number) => {
    expect(serverNumber(cluster, name)).toBe(number);
  });

  it('go from number to name and back', () => {
    expect(serverNumber('graph', serverName('graph', 7))).toBe(7);
    expect(podName('graph', 7)).toBe('graph-7-0');
    expect(serverHost(objectKey('prod', 'graph'), 7, 'cluster.local')).toBe('graph-7.prod.svc.cluster.local');
  });

  it('find the cluster by its labels, and by ours only', () => {
    const labels = clusterLabels('graph');
    expect(clusterOf({ metadata: { namespace: 'prod', labels } })).toBe('prod/graph');
    const foreign = { ...labels, 'app.kubernetes.io/managed-by': 'helm' };
    expect(clusterOf({ metadata: { namespace: 'prod', labels: foreign } })).toBeUndefined();
    expect(clusterOf({ metadata: { namespace: 'prod' } })).toBeUndefined();
  });
});
