import { describe, expect, it } from '@jest/globals';
import { Neo4jError } from '@neo4j-operator/neo4j-admin';
import { TerminalError } from '@neo4j-operator/reconcile-kit';
import { World } from '../plan/state.spec-helper.ts';
import { renderRevision } from '../render/index.ts';
import { look, told } from './status.spec-helper.ts';

const threeAndOne = { topology: { primaries: 3, secondaries: 1 } };

describe('the status of a cluster', () => {
  it('is Forming from the first pass to the last step, as one operation', async () => {
    const world = new World(threeAndOne);
    const first = look(world);
    expect(first['phase']).toBe('Forming');
    expect(told(first, 'Formed')).toBe('False Forming: Waiting: 4 of 4 servers are to be made');
    expect(told(first, 'Stalled')).toContain('False NotStalled');
    expect(first['operation']).toEqual({
      type: 'Form',
      id: 'operation-0',
      step: 'MakeServers',
      startedAt: '2026-01-01T00:00:00Z',
    });

    const seen = new Set<string>();
    for (let pass = 1; (await world.pass()).actions.length > 0; pass++) {
      world.live();
      const { operation, phase } = look(world, pass * 1_000) as {
        operation?: { id: string; step: string; type: string };
        phase: string;
      };
      if (operation === undefined) continue;
      expect([phase, operation.type, operation.id]).toEqual(['Forming', 'Form', 'operation-0']);
      seen.add(operation.step);
    }
    expect([...seen]).toEqual(['Join', 'EnableServers', 'PlaceDatabases']);
    expect(look(world, 60_000)).not.toHaveProperty('operation');
  });

  it('is Ready when all is there, and the same again', async () => {
    const world = await World.settled(threeAndOne);
    const before = look(world);
    expect(told(before, 'Ready')).toMatch(/^True Available/);
    expect(told(before, 'Reconciling')).toMatch(/^False Settled/);
    expect(told(before, 'Formed')).toMatch(/^True ClusterFormed/);
    expect(told(before, 'AdminPasswordSet')).toMatch(/^True PasswordSet/);
    expect(before['phase']).toBe('Ready');
    expect(look(world, 3_600_000)).toEqual(before);
  });

  it('has what a client needs', async () => {
    const fields = look(await World.settled(threeAndOne));
    expect(fields).toMatchObject({
      replicas: { primaries: 3, secondaries: 1, ready: 4 },
      selector: 'neo4j.neo4j.com/cluster=graph,neo4j.neo4j.com/pool=secondary',
      version: '2026.08.1',
      endpoints: {
        bolt: 'bolt://graph.prod.svc.cluster.local:7687',
        neo4j: 'neo4j://graph.prod.svc.cluster.local:7687',
        http: 'http://graph.prod.svc.cluster.local:7474',
      },
      credentials: { secretName: 'graph-auth', generated: true },
      memory: { heap: expect.stringMatching(/^\d+[GM]i$/), pageCache: expect.stringMatching(/^\d+[GM]i$/) },
    });
    expect(fields['servers']).toContainEqual(
      expect.objectContaining({
        name: 'graph-4',
        pod: 'graph-4-0',
        state: 'Enabled',
        health: 'Available',
        modeConstraint: 'SECONDARY',
      }),
    );
  });

  it('says what plain transport means and what to do', async () => {
    expect(told(look(await World.settled()), 'TransportPlain')).toMatch(
      /^True NoTls: .*without TLS.*network that you trust/,
    );
  });

  it('names a scale-out once, whatever number of servers it adds, and finds it again', async () => {
    const world = await World.settled(threeAndOne);
    look(world);
    world.edit({ topology: { ...world.object.spec.topology, primaries: 5 } });
    const first = look(world, 1_000);
    expect(first).toMatchObject({
      phase: 'ScalingOut',
      operation: { type: 'ScaleOut', id: 'operation-1000', step: 'MakeServers' },
    });
    await world.pass();
    world.live();
    expect(look(world, 2_000)).toMatchObject({ operation: { id: 'operation-1000' } });

    world.object = { ...world.object, status: {} };
    expect(look(world, 3_000)).toMatchObject({ operation: { type: 'ScaleOut', id: 'operation-3000' } });
    await world.converge();
    expect(look(world, 4_000)).toMatchObject({ phase: 'Ready' });
  });

  it('refuses to remove servers and stays Ready', async () => {
    const world = await World.settled(threeAndOne);
    world.edit({ topology: { ...world.object.spec.topology, secondaries: 0 } });
    const { blocked = [] } = world.plan();
    const fields = look(world, 0, { outcome: { blocked } });
    expect(told(fields, 'ScaleIn')).toBe(
      'True ScaleInNotAvailable: spec.topology.secondaries asks for 0 and there are 1, which are not removed; set it to 1',
    );
    expect(told(fields, 'Ready')).toMatch(/^True/);
    expect(told(fields, 'Reconciling')).toMatch(/^False Settled/);
  });

  it('names servers and fields that need a restart, by who wants it', async () => {
    const world = await World.settled();
    world.edit({ resources: { limits: { memory: '8Gi' } } });
    const changed = look(world);
    expect(told(changed, 'RestartRequired')).toMatch(
      /^True SpecChanged: graph-1, graph-2, graph-3: .*spec\.resources/,
    );
    expect(told(changed, 'RestartPending')).toMatch(/^False/);
    expect(changed['phase']).toBe('Ready');

    const settled = await World.settled();
    const revision = { settings: { ...renderRevision.settings, 'server.logs.gc.enabled': 'true' } };
    const upgraded = look(settled, 0, { ports: { clusterDomain: 'cluster.local', revision } });
    expect(told(upgraded, 'RestartPending')).toMatch(
      /^True OperatorUpgrade: graph-1, graph-2, graph-3: server\.logs\.gc\.enabled/,
    );
    expect(told(upgraded, 'RestartRequired')).toMatch(/^False/);
  });

  it('tells a mistake in the spec, keeps what it knows, and finds the way back', async () => {
    const world = await World.settled();
    const good = look(world);
    const problem = {
      field: 'spec.config[db.x]',
      message: 'is not a setting',
      remedy: 'remove it',
      reason: 'Invalid',
    } as const;
    const bad = look(world, 1_000, { state: { problems: [problem] } });
    expect(told(bad, 'Stalled')).toBe('True SpecInvalid: spec.config[db.x]: is not a setting; remove it');
    expect(told(bad, 'Ready')).toMatch(/^False SpecInvalid/);
    expect(told(bad, 'Reconciling')).toMatch(/^False Stalled/);
    expect(told(bad, 'Formed')).toMatch(/^True/);
    expect(told(bad, 'RestartRequired')).toMatch(/^Unknown Unjudged/);
    expect(bad).toMatchObject({ phase: 'Stalled', servers: good['servers'], endpoints: good['endpoints'] });
    expect(look(world, 2_000)).toEqual(good);
  });

  it('deploys nothing before the licence is accepted, and says so', () => {
    const world = new World();
    const { edition, image, service, storage, topology } = world.object.spec;
    const fields = look(world, 0, { state: { spec: { edition, image, service, storage, topology } } });
    expect(told(fields, 'Ready')).toMatch(
      /^False LicenseNotAccepted: spec\.acceptLicenseAgreement: .*commercial or evaluation/,
    );
    expect(fields).not.toHaveProperty('operation');
  });

  it('tells what is wrong with the Secret of the administrator', () => {
    const world = new World();
    const { accounts } = world.state();
    const admin = {
      ...accounts.admin,
      isGenerated: false,
      password: undefined,
      problem: 'it has no key password: add one',
    };
    const fields = look(world, 0, { state: { accounts: { ...accounts, admin } } });
    expect(told(fields, 'Stalled')).toBe('True AdminSecretInvalid: it has no key password: add one');
    expect(told(fields, 'AdminPasswordSet')).toBe(
      'False AdminSecretInvalid: it has no key password: add one',
    );
  });

  it('is Ready in Community Edition when the server answers and has its databases', async () => {
    const world = new World({ edition: 'community', topology: { primaries: 1 } });
    await world.pass();
    world.live();
    const { servers } = world.state();
    const alone = servers.map((server) => ({ ...server, row: undefined }));
    const databases = (world.neo4j.database === undefined ? [] : [world.neo4j.database]).map((database) => ({
      ...database,
      requested: undefined,
      copies: [
        {
          server: undefined,
          address: alone[0]?.boltAddress,
          role: 'primary' as const,
          writer: true,
          status: 'online' as const,
          statusMessage: '',
          lastCommittedTxn: undefined,
          replicationLag: undefined,
        },
      ],
    }));
    const sight = { kind: 'seen', view: { servers: [], databases, readAt: 0 } } as const;
    const early = look(world, 0, { state: { sight, servers: alone } });
    expect(told(early, 'Ready')).toBe(
      'False Forming: Waiting: the administrator is to get the password of the Secret',
    );
    expect(told(early, 'Formed')).toMatch(/^True/);

    const { admin } = world.state().accounts;
    world.secrets.annotate(
      'graph-operator',
      'neo4j.neo4j.com/admin-password',
      `${admin.secret?.metadata.uid ?? ''}/${admin.secret?.metadata.resourceVersion ?? ''}`,
    );
    const ready = look(world, 1_000, { state: { sight, servers: alone } });
    expect(told(ready, 'Ready')).toMatch(/^True Available/);
    expect(ready).toMatchObject({
      phase: 'Ready',
      version: '2026.08.1',
      replicas: { primaries: 1, ready: 1 },
    });
    expect(ready).not.toHaveProperty('operation');
  });

  it('takes reasons of errors from the catalogue alone, and keeps other facts', async () => {
    const world = await World.settled();
    const named = look(world, 0, { outcome: { error: new TerminalError('NameTaken', 'there is another') } });
    expect(told(named, 'Stalled')).toBe('True NameTaken: there is another');
    expect(named).toMatchObject({ version: '2026.08.1', replicas: { ready: 3 } });
    const other = look(world, 0, { outcome: { error: new TerminalError('Curious', 'who knows') } });
    expect(told(other, 'Stalled')).toBe('True ActionRefused: Curious: who knows');
    const passing = look(world, 0, { outcome: { error: new Error('try again') } });
    expect(told(passing, 'Reconciling')).toBe('True Retrying: try again');
    expect(told(passing, 'Ready')).toMatch(/^True/);
  });

  it('tells rules that hold something back', async () => {
    const blocked = [{ action: 'CreateClaim', rule: 'everythingSettled', message: 'the next server waits' }];
    expect(told(look(await World.settled(), 0, { outcome: { blocked } }), 'Reconciling')).toBe(
      'True Blocked: CreateClaim: everythingSettled: the next server waits',
    );
  });

  it('says that it only looks, and that it goes', async () => {
    const world = await World.settled();
    const paused = look(world, 0, { state: { isPaused: true } });
    expect(paused['phase']).toBe('Paused');
    expect(told(paused, 'Ready')).toMatch(/^True/);
    expect(told(paused, 'Reconciling')).toMatch(/^False Paused/);
    world.object = {
      ...world.object,
      metadata: { ...world.object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    };
    const going = look(world);
    expect(going['phase']).toBe('Deleting');
    expect(told(going, 'Reconciling')).toMatch(/^True Deleting/);
    const kept = look(world, 0, {
      outcome: { error: new TerminalError('ActionRefused', 'the claim stays') },
    });
    expect(told(kept, 'Stalled')).toBe('True ActionRefused: the claim stays');
    expect(told(kept, 'Ready')).toMatch(/^False Deleting/);
  });

  it('does not take one failed reading for an outage', async () => {
    const world = await World.settled();
    look(world);
    const { sight } = world.state();
    const error = new Neo4jError('a: no', { reason: 'Unreachable', remedy: 'retry', outcomeUnknown: false });
    const failed = {
      kind: 'failed',
      error,
      sinceMs: 0,
      last: sight.kind === 'seen' ? sight.view : undefined,
    } as const;
    const early = look(world, 1_000, { state: { sight: failed } });
    expect(told(early, 'Ready')).toMatch(/^False ClusterUnreachable: Waiting/);
    const late = look(world, 120_000, { state: { sight: failed } });
    expect(told(late, 'Ready')).toMatch(/^False ClusterUnreachable: .*\(Unreachable\); check the pods/);
    expect(late['phase']).toBe('Degraded');
    expect(told(late, 'Formed')).toMatch(/^True/);
  });

  it('tells warnings and volumes that grow', async () => {
    const world = await World.settled();
    const warning = {
      field: 'spec.topology.primaries',
      message: 'is even',
      remedy: 'use 3',
      reason: 'Invalid',
    } as const;
    world.edit({ storage: { ...world.object.spec.storage, size: '20Gi' } });
    for (const claim of world.claims.list()) {
      world.claims.put({ ...claim, status: { capacity: { storage: '10Gi' } } });
    }
    const fields = look(world, 0, { state: { warnings: [warning] } });
    expect(told(fields, 'SpecWarnings')).toBe('True OddSpec: spec.topology.primaries: is even; use 3');
    expect(told(fields, 'StorageGrowing')).toMatch(
      /^True VolumesGrowing: spec\.storage\.size asks for 20Gi: graph-1 has 10Gi/,
    );
  });
});
