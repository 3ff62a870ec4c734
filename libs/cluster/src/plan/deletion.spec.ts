import { describe, expect, it } from '@jest/globals';
import { labels } from '@neo4j-operator/cluster-access';
import { planDeletion } from './deletion.ts';
import { World } from './state.spec-helper.ts';

const storage = { size: '10Gi', retentionPolicy: 'Delete' as const };

function told(world: World, change: object = {}): readonly string[] {
  return planDeletion(world.object, { ...world.state(), ...change }).actions.map(({ target }) => target.key);
}

describe('what goes with a cluster', () => {
  it('is nothing by default', async () => {
    expect(planDeletion((await World.settled()).object, (await World.settled()).state())).toEqual({
      actions: [],
    });
  });

  it('is its volumes and its Secrets if the user says so, each as it was seen', async () => {
    const world = await World.settled({ storage, topology: { primaries: 2 } });
    expect(told(world)).toEqual([
      'prod/graph-1',
      'prod/graph-2',
      'prod/graph-bootstrap',
      'prod/graph-operator',
      'prod/graph-auth',
    ]);
    expect(planDeletion(world.object, world.state()).actions[0]).toMatchObject({
      kind: 'DeleteKept',
      risk: 'data',
      precondition: { uid: world.claims.get('graph-1')?.metadata.uid },
    });
    for (const action of planDeletion(world.object, world.state()).actions) await world.execute(action);
    expect(told(world)).toEqual([]);
  });

  it('is never the Secret of a user, nor what lacks the labels or has those of another cluster', async () => {
    const world = await World.settled({ storage, topology: { primaries: 1 } });
    const { accounts } = world.state();
    expect(
      told(world, { accounts: { ...accounts, admin: { ...accounts.admin, isGenerated: false } } }),
    ).toEqual(['prod/graph-1', 'prod/graph-bootstrap', 'prod/graph-operator']);
    const claim = world.claims.get('graph-1');
    if (claim === undefined) throw new Error('the claim is there');
    for (const found of [{}, { ...claim.metadata.labels, [labels.cluster]: 'other' }]) {
      const servers = world.state().servers.map((server) => ({
        ...server,
        claim: { ...claim, metadata: { ...claim.metadata, labels: found } },
      }));
      expect(told(world, { servers })).not.toContain('prod/graph-1');
    }
  });

  it('waits while the cluster is paused', async () => {
    const world = await World.settled({ storage, topology: { primaries: 1 } });
    expect(planDeletion(world.object, { ...world.state(), isPaused: true })).toEqual({
      actions: [],
      blocked: [expect.objectContaining({ rule: 'Paused', action: 'DeleteKept' })],
    });
  });
});
