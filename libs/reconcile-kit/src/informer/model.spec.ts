import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf } from '../core/key.ts';
import { silentLogger } from '../core/logger.ts';
import { noMetrics } from '../metrics/none.ts';
import { type Pod, pods } from '../reflector/pods.spec-helper.ts';
import { ModelServer, openingFaults, watchFaults } from './model-server.spec-helper.ts';
import { Replica } from './replica.spec-helper.ts';
import { SharedInformer } from './shared-informer.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), name }) },
  // Our own changes: their answers come before the watch shows them, or much later.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('own-write' as const), name, late: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('own-remove' as const), name, late: fc.boolean() }) },
  // A proxy's 404, or an object that is only terminating.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('own-remove-that-was-none' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answers' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reversed' as const), first: name, second: name }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fail-next' as const),
      fault: fc.constantFrom(...openingFaults),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('break' as const), fault: fc.constantFrom(...watchFaults) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bookmark' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('subscribe' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 0, 1, 900, 5000, 61_000, 95_000),
    }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

interface World {
  readonly clock: VirtualClock;
  readonly server: ModelServer;
  readonly informer: SharedInformer<Pod>;
  readonly replicas: Replica<Pod>[];
  /** Answers to our own changes that are still under way. */
  readonly answers: (() => void)[];
}

function world(streamsSnapshots: boolean, seed: number): World {
  const clock = new VirtualClock();
  const server = new ModelServer(streamsSnapshots);
  const informer = new SharedInformer<Pod>({
    transport: server,
    clock,
    rng: seededRng(seed),
    logger: silentLogger,
    metrics: noMetrics.informer('pods'),
    resource: pods,
    scope: {},
  });
  const made = { clock, server, informer, replicas: [], answers: [] };
  subscribe(made);
  informer.start();
  return made;
}

function subscribe({ informer, replicas }: World): void {
  const replica = new Replica<Pod>();
  replicas.push(replica);
  informer.deltas$.subscribe((deltas) => {
    replica.take(deltas);
  });
}

async function run(command: Command, world: World): Promise<void> {
  const { server, informer, answers, clock } = world;
  const answer = (late: boolean, deliver: () => void): void => {
    if (late) answers.push(deliver);
    else deliver();
  };
  switch (command.kind) {
    case 'write':
      server.write(command.name);
      break;
    case 'remove':
      server.remove(command.name);
      break;
    case 'own-write': {
      const object = server.write(command.name);
      answer(command.late, () => {
        informer.observeWrite(keyOf(object), object);
      });
      break;
    }
    case 'own-remove': {
      const object = server.remove(command.name);
      if (object === undefined) break;
      answer(command.late, () => {
        informer.observeDelete(keyOf(object), object.metadata.uid);
      });
      break;
    }
    case 'own-remove-that-was-none': {
      const object = server.objects.get(command.name);
      if (object !== undefined) informer.observeDelete(keyOf(object), object.metadata.uid);
      break;
    }
    case 'answers':
      for (const deliver of answers.splice(0)) deliver();
      break;
    case 'reversed':
      server.reversed(() => {
        server.write(command.first);
        if (server.remove(command.second) === undefined) server.write(command.second);
      });
      break;
    case 'fail-next':
      server.failNext(command.fault);
      break;
    case 'break':
      server.breakWatch(command.fault);
      break;
    case 'compact':
      server.compact();
      break;
    case 'bookmark':
      server.sendBookmark();
      break;
    case 'subscribe':
      subscribe(world);
      break;
    case 'wait':
      await clock.advance(command.ms);
  }
}

/** The server is well again, and enough time passes for every wait and watchdog there is. */
async function recover({ clock, server }: World): Promise<void> {
  server.heal();
  for (let minute = 0; minute < 8; minute++) {
    await clock.advance(60_000);
    server.sendBookmark();
  }
  await clock.advance(0);
}

const byKey = (objects: Iterable<Pod>): Pod[] =>
  [...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

function expectEqualToServer({ informer, server, replicas }: World): void {
  expect(byKey(informer.lister.list())).toEqual(byKey(server.objects.values()));
  for (const { objects, violations } of replicas) {
    expect(violations).toEqual([]);
    expect(byKey(objects.values())).toEqual(byKey(server.objects.values()));
  }
}

const commands = fc.array(command, { maxLength: 30 });
const runs = { numRuns: 150 };

describe('an informer, whatever happens to its connections', () => {
  it('ends up with what the server has, and so does everybody who follows its deltas', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), commands, async (streamsSnapshots, seed, history) => {
        const made = world(streamsSnapshots, seed);
        for (const each of history) await run(each, made);
        await recover(made);
        for (const deliver of made.answers.splice(0)) deliver();
        expectEqualToServer(made);
        expect(made.informer.state).toMatchObject({ phase: 'watching', synced: true, lastError: undefined });
        expect(made.server.open).toBe(1);
        await made.informer.stop();
      }),
      runs,
    );
  }, 60_000);

  it('follows a server that was restored from a backup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), commands, commands, async (streamsSnapshots, before, after) => {
        const made = world(streamsSnapshots, 1);
        const { server, replicas } = made;
        server.write('a');
        const backup = { objects: new Map(server.objects), version: server.version };
        for (const each of before) await run(each, made);
        await recover(made);
        made.answers.splice(0);
        server.restore(backup.objects, backup.version);
        for (const replica of replicas) replica.mayGoBack = true;
        await made.clock.advance(30_000);
        for (const replica of replicas) replica.mayGoBack = false;
        expectEqualToServer(made);
        for (const each of after) await run(each, made);
        await recover(made);
        for (const deliver of made.answers.splice(0)) deliver();
        expectEqualToServer(made);
        await made.informer.stop();
      }),
      runs,
    );
  }, 60_000);

  it('delivers nothing after it was stopped, and leaves nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), commands, commands, async (streamsSnapshots, before, after) => {
        const made = world(streamsSnapshots, 1);
        for (const each of before) await run(each, made);
        const stopped = made.informer.stop();
        const objects = byKey(made.informer.lister.list());
        const asked = made.server.requests.length;
        for (const each of after)
          if (!each.kind.startsWith('own') && each.kind !== 'answers') await run(each, made);
        await recover(made);
        await stopped;
        expect(byKey(made.informer.lister.list())).toEqual(objects);
        expect(made.server.requests).toHaveLength(asked);
        expect(made.server.open).toBe(0);
        expect(made.clock.pendingTimers).toBe(0);
      }),
      runs,
    );
  }, 60_000);
});
