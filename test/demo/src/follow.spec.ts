import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { type Followed, follow } from '../../../tools/demo/follow.ts';
import type { Snapshot } from '../../../tools/demo/progress.ts';
import { createScreen } from '../../../tools/demo/screen.ts';
import { cluster, conditions, database, ready } from './snapshots.spec-helper.ts';

const empty: Snapshot = { clusters: [], databases: [], pods: [] };
const running: Snapshot = { ...empty, clusters: [cluster()], pods: ready.pods };
const stalled: Snapshot = {
  ...empty,
  databases: [database({ conditions: conditions('Stalled=True Duplicate: there is another') })],
};

/** Follows what is seen from each time on, in milliseconds. */
async function followed(seen: Readonly<Record<number, Snapshot>>, more: Partial<Followed> = {}) {
  const clock = new VirtualClock();
  let text = '';
  const start = clock.monotonic();
  const done = follow({
    clock,
    screen: createScreen({ write: (part) => (text += part) }),
    look: () => {
      const times = Object.keys(seen).map(Number);
      const now = times.filter((time) => time <= clock.monotonic() - start).at(-1) ?? 0;
      return Promise.resolve(seen[now] ?? empty);
    },
    hasEnded: () => undefined,
    lastError: () => 'something broke',
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    ...more,
  });
  await clock.advance(60_000);
  return { isReady: await done, text, clock };
}

describe('To follow', () => {
  it('tells each step with the time from the start and from the step before', async () => {
    const { isReady, text } = await followed({ 0: empty, 1000: running, 2500: ready });
    expect(isReady).toBe(true);
    expect(text.split('\n').filter((line) => line.includes('(+'))).toEqual([
      '    1.0 s  (+1.0 s)  4 pods run',
      '    2.5 s  (+1.5 s)  the servers have met: the cluster is formed',
      '    2.5 s  (+0.0 s)  all 4 servers are enabled and available',
      '    2.5 s  (+0.0 s)  Neo4jEnterpriseCluster graph Ready',
      '    2.5 s  (+0.0 s)  Neo4jDatabase movies Ready',
    ]);
  });

  it('ends when the time is over, with the object, what it says and the last error of the operator', async () => {
    const { isReady, text } = await followed({ 0: running });
    expect(isReady).toBe(false);
    expect(text).toContain(`Not Ready after 10.0 s: Neo4jEnterpriseCluster graph
  no status yet
  the operator's last error: something broke
`);
  });

  it('says that nothing is there', async () => {
    const { text } = await followed({ 0: empty }, { lastError: () => Promise.resolve(undefined) });
    expect(text).toBe(
      "Not Ready after 10.0 s: nothing that was applied is there\n  the operator's last error: none\n",
    );
  });

  it('ends earlier if an object stays stalled', async () => {
    const { isReady, text } = await followed({ 0: stalled });
    expect(isReady).toBe(false);
    expect(text).toContain('Not Ready: Neo4jDatabase movies\n  Duplicate: there is another\n');
  });

  it('goes on if it is stalled only for a moment', async () => {
    expect((await followed({ 0: stalled, 2000: running, 3000: stalled, 5000: ready })).isReady).toBe(true);
  });

  it('ends at once if the operator has', async () => {
    const { isReady, text } = await followed({ 0: running }, { hasEnded: () => 'the operator has ended' });
    expect(isReady).toBe(false);
    expect(text).toContain(
      'Not Ready: Neo4jEnterpriseCluster graph\n  no status yet\n  the operator has ended\n',
    );
  });

  it('says nothing more when it is interrupted', async () => {
    const signal = AbortSignal.abort();
    const { isReady, text } = await followed({ 0: ready }, { signal, hasEnded: () => 'it has ended' });
    expect(isReady).toBe(false);
    expect(text).toBe('');
  });
});
