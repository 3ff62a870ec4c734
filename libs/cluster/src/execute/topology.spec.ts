import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import type { ClusterSession } from '@neo4j-operator/cluster-access';
import { type Row, versionOf } from '@neo4j-operator/neo4j-admin';
import { objectKey, type PassContext } from '@neo4j-operator/reconcile-kit';
import { claims } from '../model/resources.ts';
import type { ActionOf } from './executor.ts';
import { Recent } from './recent.ts';
import { setDefaultTopology } from './topology.ts';

/** A copy of the database `neo4j`, as SHOW DATABASES tells of it. */
const copy = (server: number, role: string): Row => ({
  name: 'neo4j',
  type: 'standard',
  aliases: [],
  access: 'read-write',
  databaseID: 'id-1',
  serverID: `server-${server}`,
  address: `server-${server}:7687`,
  role,
  writer: server === 1,
  requestedStatus: 'online',
  currentStatus: 'online',
  statusMessage: '',
  default: true,
  home: true,
  currentPrimariesCount: 1n,
  currentSecondariesCount: 0n,
  requestedPrimariesCount: 3n,
  requestedSecondariesCount: 1n,
  creationTime: null,
  lastStartTime: null,
  lastStopTime: null,
  store: null,
  lastCommittedTxn: 1n,
  replicationLag: 0n,
  constituents: [],
  options: {},
});

function bench(rows: readonly Row[]) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const session = {
    target: { version: versionOf('2026.08.1') },
    read: () => Promise.resolve({ rows }),
    admin: ({ text }: { readonly text: string }) => {
      sent.push(text);
      return Promise.resolve({ rows: [] });
    },
  } as unknown as ClusterSession;
  const run = setDefaultTopology({
    access: { get: () => session } as unknown as Parameters<typeof setDefaultTopology>[0]['access'],
    asked: new Recent(60_000),
  });
  const action: ActionOf<'SetDefaultTopology'> = {
    kind: 'SetDefaultTopology',
    target: { resource: claims, key: objectKey('prod', 'graph-1') },
    reason: 'Test',
    message: '',
    risk: 'none',
    database: 'neo4j',
    primaries: 3,
    secondaries: 1,
  };
  const object = { metadata: { namespace: 'prod', name: 'graph' } } as Parameters<typeof run>[1];
  return {
    clock,
    sent,
    run: () => run(action, object, { clock } as unknown as PassContext, undefined),
  };
}

const whole = [copy(1, 'primary'), copy(2, 'primary'), copy(3, 'primary'), copy(4, 'secondary')];

describe('SetDefaultTopology of a database that asks for the right numbers already', () => {
  it('sends nothing if the copies are there', async () => {
    const { run, sent } = bench(whole);
    await run();
    expect(sent).toEqual([]);
  });

  it('asks once more if copies were not placed, and then once a minute', async () => {
    const { run, sent, clock } = bench(whole.slice(0, 3));
    await run();
    await run();
    expect(sent).toHaveLength(1);
    await clock.advance(61_000);
    await run();
    expect(sent).toHaveLength(2);
    expect(sent[0]).toContain('SET TOPOLOGY');
  });
});
