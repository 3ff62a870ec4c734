import { describe, expect, it } from '@jest/globals';
import { Neo4jError, type Neo4jErrorReason } from '@neo4j-operator/neo4j-admin';
import type { ClusterView, Sight } from './cluster-view.ts';
import { diffSights, lastView, nextSight } from './sight.ts';
import { copy, database, server, view } from './views.spec-helper.ts';

const error = (reason: Neo4jErrorReason): Neo4jError =>
  new Neo4jError('no', { reason, remedy: 'retry', outcomeUnknown: false });
const seen = (different: Partial<ClusterView> = {}): Sight => ({ kind: 'seen', view: view(different) });
const failed = (reason: Neo4jErrorReason, last?: ClusterView): Sight => ({
  kind: 'failed',
  error: error(reason),
  sinceMs: 7,
  last,
});

describe('the difference between two sights', () => {
  it.each<readonly [string, Sight, Sight]>([
    ['the time of the reading', seen(), seen({ readAt: 5 })],
    ['the order of servers', seen(), seen({ servers: [server('b'), server('a')] })],
    ['the order of databases', seen(), seen({ databases: view().databases.toReversed() })],
    [
      'the order of what a server hosts',
      seen(),
      seen({ servers: [server('a', { hosting: ['neo4j', 'system'] }), server('b')] }),
    ],
    [
      'the order of copies, their transactions and lags',
      seen(),
      seen({
        databases: [
          database('system', [copy('b', { lastCommittedTxn: 9n }), copy('a', { writer: true })]),
          database('neo4j', [copy('a', { replicationLag: -3 }), copy('b', { writer: true })]),
        ],
      }),
    ],
    ['the same failure', failed('Unreachable'), failed('Unreachable')],
    ['nothing seen', { kind: 'unknown' }, { kind: 'unknown' }],
  ])('is none for %s', (_, before, after) => {
    expect(diffSights(before, after)).toBeUndefined();
  });

  const [system, neo4j] = view().databases as [never, never];
  it.each<readonly [string, Sight, Sight, string]>([
    [
      'the health of a server',
      seen(),
      seen({ servers: [server('a', { health: 'Unavailable' }), server('b')] }),
      's',
    ],
    ['a server more', seen(), seen({ servers: [...view().servers, server('c', { state: 'Free' })] }), 's'],
    ['a server less', seen(), seen({ servers: [server('a')] }), 's'],
    [
      'another writer',
      seen(),
      seen({ databases: [system, database('neo4j', [copy('a', { writer: true }), copy('b')])] }),
      'neo4j',
    ],
    [
      'another id',
      seen(),
      seen({ databases: [system, { ...(neo4j as object), id: 'new' } as never] }),
      'neo4j',
    ],
    [
      'a message',
      seen(),
      seen({
        databases: [
          system,
          database('neo4j', [copy('a', { statusMessage: 'm' }), copy('b', { writer: true })]),
        ],
      }),
      'neo4j',
    ],
    ['a database less', seen(), seen({ databases: [system] }), 'neo4j'],
    ['a database more', seen(), seen({ databases: [...view().databases, database('movies', [])] }), 'movies'],
    ['the first sight', { kind: 'unknown' }, seen(), 's,system,neo4j,r'],
    ['the first failure', { kind: 'unknown' }, failed('Unreachable'), 'r'],
    ['a failure', seen(), failed('Unreachable', view()), 'r'],
    ['another failure', failed('Unreachable', view()), failed('TlsExpected', view()), 'r'],
    ['a cluster that is back as it was', failed('Unreachable', view()), seen(), 'r'],
    ['a cluster that is back and was not seen before', failed('Unreachable'), seen(), 's,system,neo4j,r'],
    [
      'a cluster that is back with a server less',
      failed('Unreachable', view()),
      seen({ servers: [server('a')] }),
      's,r',
    ],
  ])('shows %s', (_, before, after, expected) => {
    const change = diffSights(before, after);
    const parts = [
      ...(change?.servers === true ? ['s'] : []),
      ...(change?.databases ?? []),
      ...(change?.reachability === true ? ['r'] : []),
    ];
    expect(parts.join()).toBe(expected);
  });
});

describe('a sight', () => {
  it('remembers what was seen last and since when it fails', () => {
    const last = view();
    const first = nextSight({ kind: 'seen', view: last }, { ok: false, error: error('TimedOut'), atMs: 10 });
    const second = nextSight(first, { ok: false, error: error('Unreachable'), atMs: 20 });
    expect(second).toEqual({ kind: 'failed', error: error('Unreachable'), sinceMs: 10, last });
    expect(lastView(second)).toBe(last);
    expect(lastView(nextSight(second, { ok: true, view: view({ readAt: 30 }) }))).toEqual(
      view({ readAt: 30 }),
    );
    expect(lastView({ kind: 'unknown' })).toBeUndefined();
  });
});
