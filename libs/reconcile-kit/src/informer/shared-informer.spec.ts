import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../client/client.ts';
import { keyOf } from '../core/key.ts';
import { type Logger, silentLogger } from '../core/logger.ts';
import type { Stored } from '../core/object.ts';
import { noMetrics } from '../metrics/none.ts';
import type { InformerGauges } from '../metrics/ports.ts';
import {
  added,
  bookmark,
  deleted,
  errorEvent,
  modified,
  type Pod,
  pod,
  pods,
} from '../reflector/pods.spec-helper.ts';
import { type ScriptedExchange, ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import type { InformerOptions, ReflectorState } from './informer.ts';
import { Replica } from './replica.spec-helper.ts';
import { SharedInformer } from './shared-informer.ts';

function harness(options: InformerOptions<Pod> & { readonly scope?: Scope } = {}) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport();
  const errors: string[] = [];
  let gauges: InformerGauges | undefined;
  const logger: Logger = { ...silentLogger, error: (_, message) => errors.push(message) };
  const informer = new SharedInformer<Pod>({
    scope: {},
    ...options,
    transport,
    clock,
    rng: seededRng(1),
    logger,
    metrics: {
      ...noMetrics.informer('pods'),
      observe: (given) => {
        gauges = given;
        return () => {
          gauges = undefined;
        };
      },
    },
    resource: pods,
  });
  const replica = new Replica<Pod>();
  informer.deltas$.subscribe((deltas) => {
    replica.take(deltas);
  });
  return {
    clock,
    transport,
    informer,
    replica,
    errors,
    gauges: () => gauges,
    settle: () => clock.advance(0),
    names: () => Array.from(informer.lister.list(), ({ metadata }) => metadata.name),
    async synced(version: number, ...objects: readonly Stored<Pod>[]): Promise<ScriptedExchange> {
      informer.start();
      await clock.advance(0);
      const exchange = transport
        .take()
        .answer()
        .send(...objects.map(added), bookmark(version, true));
      await clock.advance(0);
      return exchange;
    },
  };
}

describe('whenSynced', () => {
  it('resolves when the whole snapshot is in the store, not when the connection is there', async () => {
    const { informer, transport, settle } = harness();
    informer.start();
    await settle();
    let seen: number | undefined;
    const synced = informer.whenSynced().then((value) => {
      seen = informer.lister.size;
      return value;
    });
    const exchange = transport
      .take()
      .answer()
      .send(added(pod('a', 1)));
    await settle();
    expect(seen).toBeUndefined();
    exchange.send(added(pod('b', 2)), bookmark(3, true));
    expect(await synced).toBe(true);
    expect(seen).toBe(2);
    expect(await informer.whenSynced()).toBe(true);
  });

  it('resolves false when it is aborted or the informer stops', async () => {
    const { informer } = harness();
    const controller = new AbortController();
    const aborted = informer.whenSynced(controller.signal);
    const waiting = informer.whenSynced();
    controller.abort();
    expect(await aborted).toBe(false);
    expect(await informer.whenSynced(controller.signal)).toBe(false);
    await informer.stop();
    expect(await waiting).toBe(false);
  });
});

describe('state$', () => {
  it('says what is so, from the first attempt to the end', async () => {
    const { informer, synced, clock, gauges } = harness();
    const phases: string[] = [];
    let last: ReflectorState | undefined;
    let completed = false;
    informer.state$.subscribe({
      next: (state) => {
        if (phases.at(-1) !== state.phase) phases.push(state.phase);
        last = state;
      },
      complete: () => {
        completed = true;
      },
    });
    expect(gauges()?.synced()).toBe(false);
    (await synced(5, pod('a', 3))).send(errorEvent(500, 'InternalError'));
    await clock.advance(100);
    expect(last?.lastError?.reason).toBe('ServerError');
    expect(gauges()).toBeDefined();
    expect([gauges()?.objects(), gauges()?.synced(), gauges()?.lastEventAgeMs()]).toEqual([1, true, 100]);
    await informer.stop();
    await informer.stop();
    expect(phases).toEqual(['idle', 'listing', 'watching', 'backoff', 'stopped']);
    expect(completed).toBe(true);
  });
});

describe('the code of users', () => {
  it('that fails on one object harms neither that object nor others', async () => {
    const fail = ({ metadata }: Stored<Pod>): void => {
      if (metadata.name === 'bad') throw new Error('no');
    };
    const { synced, settle, informer, replica, names, errors } = harness({
      project: (object) => {
        fail(object);
        return { ...object, spec: { data: 'projected' } };
      },
      indexers: {
        name: (object) => {
          fail(object);
          return [object.metadata.name];
        },
      },
    });
    const exchange = await synced(5, pod('a', 1), pod('bad', 2), pod('c', 3));
    exchange.send(modified(pod('bad', 6)), modified(pod('a', 7)));
    await settle();
    expect(names()).toEqual(['a', 'bad', 'c']);
    expect(informer.lister.get(keyOf(pod('a', 1)))).toMatchObject({ spec: { data: 'projected' } });
    expect(informer.lister.get(keyOf(pod('bad', 1)))).toEqual(pod('bad', 6));
    expect([...informer.lister.byIndex('name', 'c')]).toHaveLength(1);
    expect([...informer.lister.byIndex('name', 'bad')]).toEqual([]);
    expect(replica.violations).toEqual([]);
    expect(replica.objects.size).toBe(3);
    expect(new Set(errors)).toEqual(
      new Set(['A projection failed, the object is kept whole', 'The indexer name failed']),
    );
  });

  it('that throws at a delta or a state is reported, and hears on', async () => {
    const { synced, settle, informer, replica, errors } = harness();
    let states = 0;
    informer.state$.subscribe(() => {
      states++;
      throw new Error('state');
    });
    informer.deltas$.subscribe(() => {
      throw new Error('delta');
    });
    (await synced(5, pod('a', 3))).send(modified(pod('a', 6)));
    await settle();
    expect(replica.objects.get(keyOf(pod('a', 6)))).toEqual(pod('a', 6));
    expect(states).toBeGreaterThan(1);
    expect(errors.filter((message) => message === 'A subscriber of deltas failed')).toHaveLength(2);
    expect(errors.filter((message) => message === 'A subscriber of the state failed')).toHaveLength(states);
  });

  it('that projects an object to another is not believed', async () => {
    const { synced, informer } = harness({
      project: (object) => ({ ...object, metadata: { ...object.metadata, name: 'x' } }),
    });
    await synced(5, pod('a', 1));
    expect(informer.lister.get(keyOf(pod('a', 1)))).toEqual(pod('a', 1));
  });
});

describe('own writes', () => {
  it('show at once, and their echo is dropped', async () => {
    const { synced, settle, informer, replica } = harness();
    const exchange = await synced(5, pod('a', 3));
    informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9));
    expect(replica.objects.get(keyOf(pod('a', 9)))).toEqual(pod('a', 9));
    let echoes = -1;
    informer.deltas$.subscribe(() => echoes++);
    exchange.send(modified(pod('a', 8)), modified(pod('a', 9)));
    await settle();
    expect(echoes).toBe(0);
    expect(replica.violations).toEqual([]);
  });

  it('made before the first snapshot are not lost to it', async () => {
    const { synced, informer, names } = harness();
    informer.observeWrite(keyOf(pod('new', 9)), pod('new', 9));
    await synced(5, pod('a', 3));
    expect(names()).toEqual(['new', 'a']);
  });

  it('whose answer comes late do not bring back what was deleted meanwhile', async () => {
    const { synced, settle, transport, informer, names } = harness();
    (await synced(5, pod('a', 3))).send(errorEvent(410, 'Expired'));
    await settle();
    transport.take().answer().send(bookmark(20, true));
    await settle();
    informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9));
    expect(names()).toEqual([]);
  });

  it('show only within the scope, and of what is not there yet only what is surely selected', async () => {
    const other = { ...pod('a', 9), metadata: { ...pod('a', 9).metadata, namespace: 'other' } };
    const within = harness({ scope: { namespace: 'n' } });
    await within.synced(5, pod('a', 3));
    within.informer.observeWrite(keyOf(other), other);
    expect(within.names()).toEqual(['a']);

    const selected = harness({ scope: { labelSelector: 'a=b' } });
    await selected.synced(5, pod('a', 3));
    selected.informer.observeWrite(keyOf(pod('b', 9)), pod('b', 9));
    selected.informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9));
    expect([...selected.informer.lister.list()]).toEqual([pod('a', 9)]);
    const labelled = { ...pod('c', 9), metadata: { ...pod('c', 9).metadata, labels: { a: 'b' } } };
    selected.informer.observeWrite(keyOf(labelled), labelled);
    expect(selected.names()).toEqual(['a', 'c']);

    for (const scope of [{ fieldSelector: 'metadata.name=c' }, { labelSelector: 'a>1' }]) {
      const unsure = harness({ scope });
      await unsure.synced(5);
      unsure.informer.observeWrite(keyOf(labelled), labelled);
      expect(unsure.names()).toEqual([]);
    }
  });

  it('are cut to what the informer asks for', async () => {
    const stripped = harness({ strip: [['spec', 'data']] });
    await stripped.synced(5);
    stripped.informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9, { data: 'long' }));
    expect([...stripped.informer.lister.list()]).toEqual([{ ...pod('a', 9), spec: {} }]);

    const partial = harness({ metadataOnly: true });
    await partial.synced(5);
    partial.informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9, { data: 'secret' }));
    expect([...partial.informer.lister.list()]).toEqual([pod('a', 9)]);
  });
});

describe('own deletions', () => {
  const key = keyOf(pod('a', 1));

  it('hold for a minute against what the watch still brings of before, and for ever once it confirms them', async () => {
    const { synced, informer, names, clock } = harness();
    const exchange = await synced(5, pod('a', 3));
    informer.observeDelete(key, 'uid-a');
    exchange.send(modified(pod('a', 6)));
    await clock.advance(59_999);
    expect(names()).toEqual([]);
    exchange.send(deleted(pod('a', 8)));
    await clock.advance(60_000);
    exchange.send(modified(pod('a', 7)), bookmark(9));
    await clock.advance(0);
    expect(names()).toEqual([]);
  });

  it('that the watch does not confirm within a minute were none: the object is back as it is, and followed', async () => {
    const { synced, informer, replica, clock } = harness();
    const exchange = await synced(5, pod('a', 3), pod('quiet', 4));
    informer.observeDelete(key, 'uid-a');
    informer.observeDelete(keyOf(pod('quiet', 4)), 'uid-quiet');
    exchange.send(modified(pod('a', 6)));
    await clock.advance(59_999);
    expect(replica.objects.size).toBe(0);
    await clock.advance(1);
    expect(informer.lister.get(key)).toEqual(pod('a', 6));
    expect(informer.lister.get(keyOf(pod('quiet', 4)))).toEqual(pod('quiet', 4));
    exchange.send(modified(pod('a', 10)));
    await clock.advance(0);
    expect(replica.objects.get(key)).toEqual(pod('a', 10));
    expect(replica.violations).toEqual([]);
  });

  it('hold for a minute from the last answer', async () => {
    const { synced, informer, names, clock } = harness();
    await synced(5, pod('a', 3));
    informer.observeDelete(key, 'uid-a');
    await clock.advance(30_000);
    informer.observeDelete(key, 'uid-a');
    await clock.advance(59_999);
    expect(names()).toEqual([]);
    await clock.advance(1);
    expect(names()).toEqual(['a']);
  });

  it('leave nothing behind when the informer stops', async () => {
    const { synced, informer, clock } = harness();
    await synced(5, pod('a', 3));
    informer.observeDelete(key, 'uid-a');
    await informer.stop();
    informer.observeDelete(key, 'uid-a');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('stop', () => {
  it('completes deltas$ and delivers nothing after', async () => {
    const { synced, informer, replica, transport, clock, gauges } = harness();
    const exchange = await synced(5, pod('a', 3));
    let completed = false;
    informer.deltas$.subscribe({
      complete: () => {
        completed = true;
      },
    });
    exchange.send(modified(pod('a', 6)));
    await informer.stop();
    informer.observeWrite(keyOf(pod('a', 9)), pod('a', 9));
    expect(completed).toBe(true);
    expect([...replica.objects.values()]).toEqual([pod('a', 3)]);
    expect(transport.open).toBe(0);
    expect(gauges()).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
