import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { Neo4jError } from '@neo4j-operator/neo4j-admin';
import type { KubeObject, Stored } from '@neo4j-operator/reconcile-kit';
import type { Sight } from './cluster-view.ts';
import { releaseVerdict, type ReleaseVerdict, waitedForMs } from './release-verdict.ts';
import type { ClusterObject } from './resources.ts';
import { view } from './views.spec-helper.ts';

const minute = 60_000;
const cluster = { metadata: { name: 'graph', uid: 'u', resourceVersion: '1' } } as Stored<ClusterObject>;
const deleted = { ...cluster, metadata: { ...cluster.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
const seen: Sight = { kind: 'seen', view: view() };
const unknown: Sight = { kind: 'unknown' };
const failedSince = (sinceMs: number): Sight => ({
  kind: 'failed',
  error: new Neo4jError('no', { reason: 'Unreachable', remedy: 'retry', outcomeUnknown: false }),
  sinceMs,
  last: undefined,
});

describe('the finalizer of an object that belongs to a cluster', () => {
  it.each<readonly [string, Stored<ClusterObject> | undefined, Sight | undefined, number, ReleaseVerdict]>([
    ['is released without its cluster', undefined, undefined, 0, { release: 'ClusterGone' }],
    [
      'is released without its cluster, whatever is still seen',
      undefined,
      seen,
      0,
      { release: 'ClusterGone' },
    ],
    ['is released with its cluster', deleted, seen, 0, { release: 'ClusterDeleted' }],
    ['has its work done in a cluster that is seen', cluster, seen, 0, 'work'],
    ['has its work done in a cluster that is seen, however late', cluster, seen, 60 * minute, 'work'],
    ['waits for a cluster that nobody has a session of', cluster, undefined, minute, 'wait'],
    ['waits for a cluster that nobody has looked at', cluster, unknown, minute, 'wait'],
    ['waits for a cluster that cannot be reached', cluster, failedSince(0), 5 * minute - 1, 'wait'],
    ['is released when that takes too long', cluster, failedSince(0), 5 * minute, { release: 'GraceOver' }],
    ['is released when nobody gets to look', cluster, unknown, 5 * minute, { release: 'GraceOver' }],
  ])('%s', (_, object, sight, deletedForMs, verdict) => {
    expect(releaseVerdict({ cluster: object, sight, deletedForMs })).toEqual(verdict);
  });
});

describe('the time that was waited for a cluster', () => {
  const clock = new VirtualClock(Date.parse('2026-01-01T01:00:00Z'));
  const object = (deletionTimestamp?: string): KubeObject =>
    ({
      metadata: { name: 'movies', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    }) as never;

  it('counts from the deletion, from the start of this process and from the first failure, whichever is last', async () => {
    await clock.advance(10 * minute);
    const [early, late] = [object('2026-01-01T00:00:00Z'), object('2026-01-01T01:09:00Z')];
    const waited = (deletedObject: KubeObject, sight: Sight | undefined, startedAt: number): number =>
      waitedForMs(deletedObject, sight, { startedAt }, clock) / minute;
    expect(waited(early, undefined, 0)).toBe(10);
    expect(waited(late, undefined, 0)).toBe(1);
    expect(waited(early, undefined, 8 * minute)).toBe(2);
    expect(waited(early, failedSince(7 * minute), 0)).toBe(3);
    expect(waited(object(), undefined, 0)).toBe(0);
    // The clock of the API server may be ahead.
    expect(waited(object('2026-01-01T02:00:00Z'), undefined, 0)).toBe(0);
  });
});
