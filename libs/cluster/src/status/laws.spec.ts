import { describe, expect, it } from '@jest/globals';
import {
  Neo4jError,
  reasons as neo4jReasons,
  type Neo4jErrorReason,
  type ServerView,
} from '@neo4j-operator/neo4j-admin';
import { TerminalError } from '@neo4j-operator/reconcile-kit';
import fc from 'fast-check';
import type { ClusterState } from '../model/state.ts';
import { isSettledCluster } from '../plan/progress.ts';
import { World } from '../plan/state.spec-helper.ts';
import type { ReasonEntry } from './reason-entry.ts';
import { isReason, reasons } from './reasons.ts';
import { schemaFaults } from './status-schema.spec-helper.ts';
import { look, type Look, told, unplaced, withContainer } from './status.spec-helper.ts';

const names = ['graph-1', 'graph-2', 'graph-3'] as const;
const server = fc.constantFrom(...names);

/** Longer than any grace, in milliseconds. */
const longAfter = 600_000;

type Befall = (world: World) => Look;

/** What changes the world itself. */
const inWorld =
  (change: (world: World) => void): Befall =>
  (world) => {
    change(world);
    return {};
  };

/** What is found out, or comes of a pass. */
const found =
  (look: Look): Befall =>
  () =>
    look;

const toPod = (change: (world: World, name: string) => void): fc.Arbitrary<Befall> =>
  server.map((name) =>
    inWorld((world) => {
      if (world.pods.get(`${name}-0`) !== undefined) change(world, name);
    }),
  );

/** What can befall a cluster, or what a pass can come to. */
const mishap: fc.Arbitrary<Befall> = fc.oneof(
  fc.constant(found({})),
  toPod((world, name) => {
    world.deletePod(name);
  }),
  toPod((world, name) => {
    world.claims.byName.delete(name);
  }),
  toPod((world, name) => {
    unplaced(world, name, 'no volume: PersistentVolumeClaim');
  }),
  fc
    .constantFrom('ImagePullBackOff', 'ContainerCreating', 'CrashLoopBackOff', 'RunContainerError')
    .chain((reason) =>
      toPod((world, name) => {
        withContainer(world, name, { restartCount: 1, state: { waiting: { reason } } });
      }),
    ),
  fc.integer({ min: 0, max: 143 }).chain((exitCode) =>
    toPod((world, name) => {
      withContainer(world, name, { restartCount: 3, lastState: { terminated: { exitCode } } });
    }),
  ),
  fc
    .record({
      state: fc.constantFrom<ServerView['state']>(
        'Free',
        'Enabled',
        'Cordoned',
        'Deallocating',
        'Deallocated',
        'Dropped',
        'unknown',
      ),
      health: fc.constantFrom<ServerView['health']>('Available', 'Unavailable', 'unknown'),
    })
    .map((change) =>
      inWorld((world) => {
        const [id, row] = [...world.neo4j.rows][0] ?? [];
        if (id !== undefined && row !== undefined) world.neo4j.rows.set(id, { ...row, ...change });
      }),
    ),
  fc.constantFrom(...(Object.keys(neo4jReasons) as Neo4jErrorReason[])).map((reason) => {
    const error = new Neo4jError('no', { reason, remedy: 'retry', outcomeUnknown: false });
    return found({
      state: { sight: { kind: 'failed', error, sinceMs: 0, last: undefined } },
      outcome: { error },
    });
  }),
  fc
    .constantFrom('NameTaken', 'ActionRefused', 'Available', 'Forming', 'anything')
    .map((reason) => found({ outcome: { error: new TerminalError(reason, 'a message') } })),
  fc
    .constantFrom('spec.image', 'spec.config[a]', 'spec.acceptLicenseAgreement')
    .map((field) =>
      found({ state: { problems: [{ field, message: 'is wrong', remedy: 'mend it', reason: 'Invalid' }] } }),
    ),
  fc.constant(
    found({ outcome: { blocked: [{ action: 'Apply', rule: 'CannotRender', message: 'a fact' }] } }),
  ),
  fc
    .constantFrom<Partial<ClusterState>>(
      { isPaused: true },
      { running: undefined },
      { sight: { kind: 'unknown' } },
      {
        views: new Map([
          [1, ['a']],
          [2, ['b']],
        ]),
      },
    )
    .map((state) => found({ state })),
  fc.constant(
    inWorld((world) => {
      world.edit({ topology: { ...world.object.spec.topology, primaries: 5, secondaries: 2 } });
    }),
  ),
  fc.constant(
    inWorld((world) => {
      const { metadata } = world.object;
      world.object = {
        ...world.object,
        metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
      };
    }),
  ),
);

async function worldAfter(passes: number): Promise<World> {
  const world = new World();
  for (let pass = 0; pass < passes; pass++) {
    await world.pass();
    world.live();
  }
  return world;
}

describe('the check of a status', () => {
  it.each([
    [
      { operation: { type: 'Nope', id: 'a', step: 'b', startedAt: 'c' } },
      'status.operation.type: none of the words',
    ],
    [{ operation: { type: 'Form', id: 'a', step: 'b' } }, 'status.operation.startedAt: missing'],
    [{ memory: { heap: 5 } }, 'status.memory.heap: no integer'],
    [{ servers: [{ name: 'a', colour: 'red' }] }, 'status.servers[0].colour: unknown'],
    [{ phase: 'x'.repeat(65) }, 'status.phase: no string, or of another form'],
  ])('finds the fault in %j', (status, fault) => {
    expect(schemaFaults(status)).toEqual([fault]);
  });
});

describe('whatever befalls a cluster, its status', () => {
  it('has only reasons of the catalogue, each where the catalogue has it, and is the same for the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.array(mishap, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 90_000, longAfter),
        async (passes, mishaps, laterMs) => {
          const world = await worldAfter(passes);
          look(world);
          const seen = mishaps
            .map((befall) => befall(world))
            .reduce((all, one) => ({
              state: { ...all.state, ...one.state },
              outcome: { ...all.outcome, ...one.outcome },
            }));
          look(world, 1_000, seen);
          const fields = look(world, 1_000 + laterMs, seen);
          for (const { message, reason, status, type } of fields.conditions ?? []) {
            const entry: ReasonEntry | undefined = isReason(reason) ? reasons[reason] : undefined;
            expect(entry?.on ?? [`${reason} is not in the catalogue`]).toContain(`${type}=${status}`);
            expect(message).not.toBe('');
            expect(message).not.toMatch(/undefined|\[object/);
          }
          expect(schemaFaults(world.object.status)).toEqual([]);
          expect(look(world, 1_000 + laterMs, seen)).toEqual(fields);
          // What has been told once everything had its time does not come and go.
          if (laterMs === longAfter) expect(look(world, 1_000 + 2 * laterMs, seen)).toEqual(fields);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('says Ready if and only if the planner takes the cluster for settled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 9 }), server, fc.boolean(), async (passes, name, dies) => {
        const world = await worldAfter(passes);
        if (dies) world.deletePod(name);
        const isReady = told(look(world), 'Ready').startsWith('True');
        expect(isReady).toBe(isSettledCluster(world.state()));
      }),
      { numRuns: 25 },
    );
  });
});
