import { describe, expect, it } from '@jest/globals';
import { annotations, type Sight } from '@neo4j-operator/cluster-access';
import { Neo4jError, type Neo4jErrorReason } from '@neo4j-operator/neo4j-admin';
import type { ClusterState } from '../model/state.ts';
import { planLogin } from './login.ts';
import { World } from './state.spec-helper.ts';

function failed(reason: Neo4jErrorReason): Sight {
  const error = new Neo4jError('refused', { reason, remedy: 'credentials', outcomeUnknown: false });
  return { kind: 'failed', error, sinceMs: 0, last: undefined };
}

function kinds(state: ClusterState): readonly string[] {
  return planLogin(state).actions.map(({ kind }) => kind);
}

async function unmade(): Promise<World> {
  const world = new World();
  await world.pass();
  return world;
}

describe("the operator's account", () => {
  it.each(['Unauthorized', 'LockedOut', 'NoCredentials', 'PasswordExpired', 'Forbidden'] as const)(
    'is made where the cluster answers %s',
    async (reason) => {
      expect(kinds({ ...(await unmade()).state(), sight: failed(reason) })).toEqual(['EstablishAccount']);
    },
  );

  it.each(['Unreachable', 'TimedOut', 'DatabaseUnavailable', 'CircuitOpen'] as const)(
    'is left alone where the cluster does not answer: %s',
    async (reason) => {
      expect(kinds({ ...(await unmade()).state(), sight: failed(reason) })).toEqual([]);
    },
  );

  it('is not made anew on volumes where it has worked before', async () => {
    const world = await World.settled();
    expect(kinds({ ...world.state(), sight: failed('Unauthorized') })).toEqual([]);
  });

  it('is made on new volumes though its Secret was kept from an earlier cluster', async () => {
    const world = await unmade();
    world.secrets.annotate('graph-operator', annotations.adminPassword, 'uid/1');
    expect(kinds({ ...world.state(), sight: failed('Unauthorized') })).toEqual(['EstablishAccount']);
  });

  it('is not made without Secrets for it', () => {
    expect(kinds({ ...new World().state(), sight: failed('NoCredentials') })).toEqual([]);
  });
});

describe("the administrator's password", () => {
  it('is set when the account works, and again when its Secret is another version', async () => {
    const world = await World.settled();
    expect(kinds(world.state())).toEqual([]);
    world.secrets.annotate('graph-auth', 'example.com/touched', 'yes');
    expect(planLogin(world.state()).actions).toMatchObject([
      {
        kind: 'SetAdminPassword',
        target: { key: 'prod/graph-operator' },
        precondition: { uid: world.secrets.get('graph-operator')?.metadata.uid },
      },
    ]);
    await world.converge();
    expect(kinds(world.state())).toEqual([]);
  });

  it.each(['enterprise', 'community'] as const)(
    'is set on new volumes though its Secret was kept from an earlier cluster, in the %s edition',
    async (edition) => {
      const change = edition === 'community' ? { edition, topology: { primaries: 1 } } : {};
      const world = await World.settled(change);
      world.secrets.annotate('graph-auth', 'example.com/touched', 'yes');
      await world.converge();
      const kept = world.secrets.list();

      const fresh = new World(change);
      for (const secret of kept) fresh.secrets.put(secret);
      await fresh.converge();
      const first = fresh.done.find(({ kind }) => ['ForgetPassword', 'CreateClaim'].includes(kind));
      expect(first?.kind).toBe('ForgetPassword');
      expect(fresh.hasAccount).toBe(true);
      expect(fresh.adminPassword).toBeDefined();
    },
  );

  it('is not forgotten while there is a volume', async () => {
    const world = await World.settled();
    world.statefulSets.byName.clear();
    expect((await world.pass()).actions.filter(({ kind }) => kind === 'ForgetPassword')).toEqual([]);
  });

  it('stays while the Secret cannot be used', async () => {
    const world = await World.settled();
    world.secrets.annotate('graph-auth', 'example.com/touched', 'yes');
    const state = world.state();
    const admin = { ...state.accounts.admin, problem: 'the key password is missing' };
    expect(kinds({ ...state, accounts: { ...state.accounts, admin } })).toEqual([]);
  });
});
