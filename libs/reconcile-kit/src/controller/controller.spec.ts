import { afterEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { Observable, Subject } from 'rxjs';
import { KubeError } from '../core/errors.ts';
import { keyOf, type ObjectKey, objectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { PreconditionFailed, TerminalError } from '../core/pass-errors.ts';
import {
  action,
  type Part,
  type Widget,
  type WidgetDefinition,
  parts,
  partOf,
  widget,
  widgetDefinition,
  widgets,
  withFinalizer,
  World,
} from './widgets.spec-helper.ts';

const worlds: World[] = [];
const sound = widgetDefinition();
const key = keyOf(widget());

/** A world with one widget in it, unless `prepare` says otherwise. */
function start(
  more: Partial<WidgetDefinition> = {},
  prepare: ConstructorParameters<typeof World>[1] = (api) => api.put(widgets, widget()),
  namespaces?: readonly string[],
): World {
  const world = new World(widgetDefinition(more), prepare, namespaces);
  worlds.push(world);
  return world;
}

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

describe('a pass', () => {
  it('does what is to be done, reports it, and then sends nothing more', async () => {
    const world = await start().settle();
    expect(world.api.takeSent()).toEqual(['POST parts', 'PATCH widgets/w/status', 'PATCH widgets/w/status']);
    expect(world.part()?.size).toBe(1);
    expect(world.condition('Ready')).toMatchObject({ status: 'True', reason: 'PartFits' });

    world.results.length = 0;
    world.api.put(parts, {
      ...partOf(world.widget()),
      metadata: { ...world.part()?.metadata, name: 'w', namespace: 'n', labels: { a: 'b' } },
    });
    await world.settle();
    expect(world.results).toEqual(['success']);
    expect(world.api.takeSent()).toEqual([]);
  });

  it('follows a change of a dependent, and of the object', async () => {
    const world = await start().settle();
    world.api.remove(parts, partOf(world.widget()));
    await world.settle();
    expect(world.part()?.size).toBe(1);

    world.api.put(widgets, widget('w', 5));
    await world.settle();
    expect(world.part()?.size).toBe(5);
    expect(world.widget().status?.observedGeneration).toBe(2);
  });

  it('is told what led to it', async () => {
    const reasons: (readonly string[])[] = [];
    const world = await start({
      analyze: (_, context) => {
        reasons.push(context.reasons);
        return { part: undefined };
      },
      plan: () => ({ actions: [], requeueAfterMs: 5000 }),
    }).settle(2000);
    expect(reasons).toEqual([['widgets added'], ['widgets updated']]);
    await world.settle(3500);
    expect(reasons.at(-1)).toEqual(['requeue']);
    expect(new Set(world.results)).toEqual(new Set(['requeue_after']));
  });

  it('sees the object as it was last written, though the watch has not shown it', async () => {
    const sizes: (number | undefined)[] = [];
    const world = start({
      analyze: (_, { lister }) => {
        const part = lister(parts).get(key);
        sizes.push(part?.size);
        return { part };
      },
    });
    world.api.holdWatch();
    await world.settle();
    expect(world.api.takeSent().filter((request) => request === 'POST parts')).toHaveLength(1);
    expect(sizes).toEqual([undefined, 1, 1]);
  });

  it('is not made for an object that is gone', async () => {
    let passes = 0;
    const world = await start({
      analyze: () => {
        passes++;
        return { part: undefined };
      },
      plan: () => ({ actions: [] }),
    }).settle();
    const before = passes;
    world.api.remove(widgets, widget());
    await world.settle();
    expect(passes).toBe(before);
    expect(world.failures).toEqual([]);
  });

  it('may look only at what the definition owns, watches or reconciles', async () => {
    const others = { ...parts, plural: 'others' };
    const world = await start({
      analyze: (_, context) => {
        expect(context.cached(others)).toBeUndefined();
        return { part: context.lister(others).get(key) };
      },
    }).settle(10);
    expect(world.failures).toContain('panic');
    expect(world.condition('Reconciling')?.message).toMatch('neither owns nor watches others.example.com');
  });

  it('looks at a resource as it is reconciled, though it is watched in another form as well', async () => {
    const world = await start({
      watches: [
        {
          resource: widgets,
          options: { project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) },
          map: () => [],
        },
      ],
    }).settle();
    expect(world.controller.informers).toHaveLength(3);
    world.api.takeSent();
    world.api.put(widgets, widget('w', 1, { labels: { a: 'b' } }));
    await world.settle();
    expect(world.api.takeSent()).toEqual([]);
  });
});

describe('objects that are selected by label', () => {
  const labels = { app: 'widget' };
  const labelled = (object: Stored<Widget>): Part => {
    const part = partOf(object);
    return { ...part, metadata: { ...part.metadata, labels } };
  };
  const selective: Partial<WidgetDefinition> = {
    owns: [{ resource: parts, labelSelector: 'app=widget' }],
    execute: {
      ...sound.execute,
      make: (_, object, { writer }) => writer.create(parts, labelled(object)),
    },
  };

  it('are all that is seen of a resource', async () => {
    const others = ['x', 'y'].map((name): Part => ({
      apiVersion: 'example.com/v1',
      kind: 'Part',
      metadata: { name, namespace: 'n' },
      size: 1,
    }));
    const seen = new Set<string>();
    const world = await start(
      {
        ...selective,
        analyze: (object, context) => {
          for (const part of context.lister(parts).list()) seen.add(part.metadata.name);
          return sound.analyze(object, context);
        },
      },
      (api) => {
        for (const other of others) api.put(parts, other);
        api.put(widgets, widget());
      },
    ).settle();
    expect([...seen]).toEqual(['w']);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.api.watched()).toContain('/apis/example.com/v1/parts?app=widget');
  });

  it('lead to passes, and show at once when they are written', async () => {
    const world = start(selective);
    world.api.holdWatch();
    await world.settle();
    expect(world.api.takeSent().filter((request) => request === 'POST parts')).toHaveLength(1);
    world.api.releaseWatch();
    world.api.remove(parts, labelled(world.widget()));
    await world.settle();
    expect(world.part()?.size).toBe(1);
  });

  it('are found by the indexes of the reconciled kind', async () => {
    const found: string[] = [];
    await start(
      {
        indexers: { size: ({ spec }) => [String(spec.size)] },
        analyze: (object, context) => {
          for (const each of context.lister(widgets).byIndex('size', '7')) found.push(each.metadata.name);
          return sound.analyze(object, context);
        },
      },
      (api) => {
        api.put(widgets, widget('w', 1));
        api.put(widgets, widget('v', 7));
      },
    ).settle();
    expect(new Set(found)).toEqual(new Set(['v']));
  });
});

describe('a controller of several namespaces', () => {
  const inNamespace = (namespace: string): Widget => widget('w', 1, { namespace });
  const nodes = defineResource({
    group: '',
    version: 'v1',
    plural: 'nodes',
    kind: 'Node',
    namespaced: false,
  });

  it('looks at these alone, and once at what has none', async () => {
    const world = start(
      {
        watches: [
          { resource: nodes, map: () => ['a', 'b', 'c'].map((namespace) => objectKey(namespace, 'w')) },
        ],
      },
      (api) => {
        for (const namespace of ['a', 'b', 'c']) api.put(widgets, inNamespace(namespace));
      },
      ['a', 'b'],
    );
    await world.settle();
    const made = ['a', 'b', 'c'].map((namespace) => world.api.read(parts, inNamespace(namespace))?.size);
    expect(made).toEqual([1, 1, undefined]);
    expect(world.api.watched()).toEqual([
      '/apis/example.com/v1/namespaces/a/widgets',
      '/apis/example.com/v1/namespaces/b/widgets',
      '/apis/example.com/v1/namespaces/a/parts',
      '/apis/example.com/v1/namespaces/b/parts',
      '/api/v1/nodes',
    ]);

    world.results.length = 0;
    world.api.put(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
    await world.settle();
    expect(world.results).toHaveLength(2);
    world.api.remove(parts, inNamespace('b'));
    await world.settle();
    expect(world.api.read(parts, inNamespace('b'))?.size).toBe(1);
  });

  it('has to have one', () => {
    expect(() => new World(widgetDefinition(), () => undefined, [])).toThrow(TypeError);
  });
});

describe('a source outside Kubernetes', () => {
  function sourced(...keys$: readonly Observable<readonly ObjectKey[]>[]) {
    const reasons: string[] = [];
    const more: Partial<WidgetDefinition> = {
      sources: keys$.map((each, index) => ({ name: `source ${String(index)}`, keys$: each })),
      analyze: (object, context) => {
        reasons.push(`${keyOf(object)}: ${context.reasons.join()}`);
        return sound.analyze(object, context);
      },
    };
    return { reasons, more };
  }

  it('leads to passes over the objects that it names, which are told so', async () => {
    const keys$ = new Subject<readonly ObjectKey[]>();
    const { reasons, more } = sourced(keys$);
    const world = await start(more, (api) => {
      for (const namespace of ['n', 'm']) api.put(widgets, widget('w', 1, { namespace }));
    }).settle();
    reasons.length = 0;
    keys$.next([key, objectKey('n', 'none')]);
    await world.settle();
    expect(reasons).toEqual(['n/w: source 0']);
    keys$.next([objectKey('m', 'w')]);
    keys$.next([objectKey('m', 'w')]);
    await world.settle();
    expect(reasons).toEqual(['n/w: source 0', 'm/w: source 0']);
  });

  it('may name objects of other namespaces, which are passed over', async () => {
    const keys$ = new Subject<readonly ObjectKey[]>();
    const world = await start(sourced(keys$).more, undefined, ['n']).settle();
    world.results.length = 0;
    keys$.next([objectKey('other', 'w'), objectKey(undefined, 'w')]);
    await world.settle();
    expect(world.results).toEqual([]);
    keys$.next([key]);
    await world.settle();
    expect(world.results).toHaveLength(1);
  });

  it('is logged when it fails, and the others go on', async () => {
    const broken$ = new Subject<readonly ObjectKey[]>();
    const sound$ = new Subject<readonly ObjectKey[]>();
    const never$ = new Observable<readonly ObjectKey[]>(() => {
      throw new TypeError('cannot be heard');
    });
    const { reasons, more } = sourced(broken$, sound$, never$);
    const world = await start(more).settle();
    broken$.error(new Error('gone'));
    reasons.length = 0;
    sound$.next([key]);
    await world.settle();
    expect(reasons).toEqual(['n/w: source 1']);
    const told = world.logged.filter(({ message }) => message === 'A source of passes failed');
    expect(told.map(({ fields }) => fields['source'])).toEqual(['source 2', 'source 0']);
    expect(world.isRunning).toBe(true);
  });

  it('is heard while the controller works', async () => {
    const keys$ = new Subject<readonly ObjectKey[]>();
    const world = start(sourced(keys$).more);
    expect(keys$.observed).toBe(false);
    await world.settle();
    expect(keys$.observed).toBe(true);
    world.stop.abort();
    await world.settle(0);
    expect(keys$.observed).toBe(false);
  });
});

describe('a pass that fails', () => {
  it('is made again after the back-off, and what failed is in the status', async () => {
    const world = start();
    world.api.failOnce('POST', '/parts', { status: 500 });
    await world.settle(0);
    expect(world.condition('Reconciling')).toMatchObject({ status: 'True', reason: 'Retrying' });
    expect(world.condition('Stalled')).toMatchObject({ status: 'False' });
    await world.settle();
    expect(world.failures).toEqual(['error']);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
    expect(world.condition('Reconciling')).toMatchObject({ status: 'False', reason: 'Settled' });
  });

  it('waits as long as the server asks', async () => {
    const world = start();
    world.api.failOnce('POST', '/parts', { status: 503, retryAfterSeconds: 30 });
    await world.settle(29_000);
    expect(world.api.takeSent()).toEqual(['POST parts', 'PATCH widgets/w/status']);
    await world.settle(2000);
    expect(world.part()?.size).toBe(1);
  });

  it('keeps to its back-off though each failure reads differently in the status', async () => {
    let passes = 0;
    const world = await start({
      analyze: () => {
        passes++;
        throw new Error(`failure ${String(Math.min(passes, 50))}`);
      },
    }).settle(0);
    await world.settle(1000);
    // 5 ms, doubled each time: 635 ms are over after the seventh.
    expect(passes).toBe(8);
    expect(world.condition('Reconciling')?.message).toBe('failure 8');
  });

  it('does not go before what changes now, if it was not urgent', async () => {
    const order: string[] = [];
    const world = start(
      {
        concurrency: 1,
        analyze: async (object, { clock, lister }) => {
          order.push(object.metadata.name);
          if (object.metadata.name === 'a' && order.length === 1) throw new Error('try again');
          await sleep(clock, 50);
          return { part: lister(parts).get(keyOf(object)) };
        },
      },
      (api) => {
        for (const name of ['a', 'b', 'c']) api.put(widgets, widget(name));
      },
    );
    await world.settle(20);
    world.api.put(widgets, widget('c', 2));
    await world.settle();
    expect(order.slice(0, 3)).toEqual(['a', 'b', 'c']);
  });

  it('leaves the status alone when it was overtaken, and is made again', async () => {
    const errors = [
      new PreconditionFailed('changed'),
      new KubeError('c', { reason: 'Conflict' }),
      new KubeError('d', { reason: 'WriteDenied' }),
    ];
    const world = await start({
      analyze: (_, { lister }) => {
        const error = errors.shift();
        if (error !== undefined) throw error;
        return { part: lister(parts).get(key) };
      },
    }).settle();
    expect(world.results.slice(0, 3)).toEqual(['requeue', 'requeue', 'requeue']);
    expect(world.failures).toEqual([]);
    expect(world.api.takeSent()[0]).toBe('POST parts');
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });

  it('is not made again before a change when the error is terminal', async () => {
    let passes = 0;
    const world = await start(
      {
        plan: ({ spec }) => {
          passes++;
          if (spec.size > 3) throw new TerminalError('TooLarge', 'make it smaller');
          return { actions: [] };
        },
      },
      (api) => api.put(widgets, widget('w', 4)),
    ).settle();
    const stalled = { status: 'True', reason: 'TooLarge', message: 'make it smaller' };
    expect(world.condition('Stalled')).toMatchObject(stalled);
    expect(world.condition('Ready')).toMatchObject({ ...stalled, status: 'False' });
    expect(world.condition('Reconciling')).toMatchObject({ status: 'False' });
    expect(world.events[0]).toEqual({
      type: 'Warning',
      reason: 'TooLarge',
      action: 'Reconcile',
      note: 'make it smaller',
    });

    await world.settle(3_600_000);
    expect(passes).toBe(1);
    expect(world.failures).toEqual(['terminal']);
    world.api.put(widgets, widget('w', 2));
    await world.settle();
    expect(world.condition('Stalled')).toMatchObject({ status: 'False' });
  });

  it('is made again when somebody else has written into the status meanwhile, though the error is terminal', async () => {
    let passes = 0;
    const world = await start({
      analyze: async (_, { clock }) => {
        passes++;
        await sleep(clock, 1000);
        throw new TerminalError('NotGranted', 'somebody has to grant it');
      },
    }).settle(500);
    const { status, ...rest } = world.widget();
    world.api.put(widgets, { ...rest, status: { ...status, granted: true } } as Widget);
    await world.settle(10_000);
    expect(passes).toBe(2);
  });

  it.each<[string, Partial<WidgetDefinition>]>([
    ['analyze', { analyze: buggy(sound.analyze) }],
    ['plan', { plan: buggy(sound.plan) }],
    ['status', { status: buggy(sound.status) }],
    [
      'an executor',
      {
        execute: {
          ...sound.execute,
          make: (each, object, context, target) =>
            buggy(() => sound.execute.make(each, object, context, target))(object),
        },
      },
    ],
  ])('for a bug in %s harms no other object, and is made again', async (_, more) => {
    const world = await start(more, (api) => {
      api.put(widgets, widget('bad'));
      api.put(widgets, widget('good'));
    }).settle(10_000);
    expect(world.condition('Ready', 'good')).toMatchObject({ status: 'True' });
    expect(world.failures.length).toBeGreaterThan(3);
    expect(new Set(world.failures)).toEqual(new Set(['panic']));
    expect(world.condition('Reconciling', 'bad')).toMatchObject({ status: 'True', reason: 'Retrying' });
    expect(world.isRunning).toBe(true);
  });

  it('for a mapper that throws loses the triggers of that mapper only', async () => {
    const world = await start({
      watches: [
        {
          resource: parts,
          map: () => {
            throw new TypeError('a bug');
          },
        },
      ],
    }).settle();
    expect(world.logged).toContainEqual(
      expect.objectContaining({ message: 'A mapper of watched objects failed' }),
    );
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });
});

describe('a plan that is due again and again', () => {
  it.each([0, -1, NaN])('leaves the process time for other things: %s', async (requeueAfterMs) => {
    let passes = 0;
    const world = await start({
      plan: () => {
        passes++;
        return { actions: [], requeueAfterMs };
      },
    }).settle(1000);
    expect(passes).toBeGreaterThan(3);
    expect(passes).toBeLessThan(15);
    expect(world.isRunning).toBe(true);
  });
});

describe('thousands of objects at once', () => {
  it('leave the process time for other things', async () => {
    const count = 2_000;
    const world = start({ plan: () => ({ actions: [] }) }, (api) => {
      for (let n = 0; n < count; n++) api.put(widgets, widget(`w${String(n)}`));
    });
    let together = 0;
    let most = 0;
    world.onPass = () => {
      most = Math.max(most, ++together);
    };
    while (world.results.length < count) {
      together = 0;
      await systemClock.yield();
    }
    expect(most).toBeLessThanOrEqual(300);
  });
});

describe('a pass that takes too long', () => {
  it('is aborted, counted and made again', async () => {
    const signals: AbortSignal[] = [];
    const world = start({
      passTimeoutMs: 3000,
      execute: {
        ...sound.execute,
        make: async (each, object, context, target) => {
          signals.push(context.signal);
          if (signals.length === 1) await sleep(context.clock, 60_000, context.signal);
          context.signal.throwIfAborted();
          return sound.execute.make(each, object, context, target);
        },
      },
    });
    await world.settle(2999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await world.settle(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(world.condition('Reconciling')).toMatchObject({
      status: 'True',
      reason: 'Retrying',
      message: 'the pass took longer than 3000 ms',
    });
    await world.settle();
    expect(world.failures).toEqual(['timeout']);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });

  it('is told apart from a request that was given up', async () => {
    const world = start({ passTimeoutMs: 3000 });
    world.api.failOnce('POST', '/parts', 'hangs');
    await world.settle(10_000);
    expect(world.failures).toEqual(['timeout']);
    expect(world.logged).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({ err: expect.objectContaining({ name: 'PassTimeout' }) }),
      }),
    );
  });
});

describe('a write of which the outcome is unknown', () => {
  it('is read live before the next pass, which acts on what was found', async () => {
    const world = start();
    world.api.holdWatch();
    world.api.failOnce('POST', '/parts', 'lost');
    await world.settle();
    expect(world.api.takeSent()).toEqual([
      'POST parts',
      'PATCH widgets/w/status',
      'GET parts/w',
      'PATCH widgets/w/status',
    ]);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });

  it('is made again if it has not happened', async () => {
    const world = start();
    world.api.failOnce('POST', '/parts', 'dropped');
    await world.settle();
    expect(
      world.api.takeSent().filter((request) => request.endsWith('parts') || request.startsWith('GET')),
    ).toEqual(['POST parts', 'GET parts/w', 'POST parts']);
    expect(world.part()).toBeDefined();
  });

  it('shows as a deletion if the object is gone', async () => {
    const seen: boolean[] = [];
    const world = await start({
      plan: (object, { part }) => {
        seen.push(part !== undefined);
        const { size } = object.spec;
        if (size === 1) return sound.plan(object, { part });
        return {
          actions: part === undefined ? [] : [action('remove', object)],
        };
      },
    }).settle();
    world.api.holdWatch();
    world.api.takeSent();
    seen.length = 0;
    world.api.failOnce('DELETE', '/parts/w', 'lost');
    world.api.releaseWatch();
    world.api.put(widgets, widget('w', 2));
    world.api.holdWatch();
    await world.settle();
    expect(world.api.takeSent().slice(0, 3)).toEqual([
      'DELETE parts/w',
      'PATCH widgets/w/status',
      'GET parts/w',
    ]);
    expect(seen.slice(0, 2)).toEqual([true, false]);
  });

  it('keeps its object back while it cannot be read, and the status says so', async () => {
    const world = start();
    world.api.failOnce('POST', '/parts', 'lost');
    world.api.failOnce('GET', '/parts/w', { status: 500 });
    let posts = 0;
    const { failure } = world.api;
    world.api.failure = (request) => {
      if (request.method === 'POST') posts++;
      return failure(request);
    };
    await world.settle(6);
    expect(world.condition('Reconciling')?.message).toMatch('GET /apis/example.com/v1/namespaces/n/parts/w');
    await world.settle();
    expect(posts).toBe(1);
    expect(world.failures).toEqual(['error', 'error']);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });

  it('holds up no other object, for as long as it cannot be read', async () => {
    const names = ['a', 'b', 'c'];
    const world = await start({}, (api) => {
      for (const name of names) api.put(widgets, widget(name));
    }).settle();
    world.api.failOnce('PATCH', '/parts/a', 'dropped');
    const { failure } = world.api;
    world.api.failure = (request) =>
      request.method === 'GET' && request.path.endsWith('/parts/a') ? { status: 500 } : failure(request);
    for (const name of names) world.api.put(widgets, widget(name, 3));
    await world.settle(60_000);
    expect(names.map((name) => world.part(name)?.size)).toEqual([1, 3, 3]);
    expect(world.condition('Reconciling', 'a')).toMatchObject({ status: 'True', reason: 'Retrying' });
    expect(world.condition('Reconciling', 'b')).toMatchObject({ status: 'False' });
    world.api.failure = () => undefined;
    await world.settle(120_000);
    expect(world.part('a')?.size).toBe(3);
  });
});

describe('the write gate', () => {
  it('lets nothing through while it is closed, and passes go on until it opens', async () => {
    const world = start();
    world.gate = () => {
      throw new KubeError('closed', { reason: 'WriteDenied' });
    };
    await world.settle();
    expect(world.api.takeSent()).toEqual([]);
    expect(world.failures).toEqual([]);
    world.gate = () => undefined;
    await world.settle(10_000);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  });
});

describe('an object with a finalizer', () => {
  it('has it before anything else is done', async () => {
    const world = await start(withFinalizer).settle();
    expect(world.api.takeSent().slice(0, 2)).toEqual(['PATCH widgets/w', 'POST parts']);
    expect(world.widget().metadata.finalizers).toEqual([withFinalizer.finalizer]);
  });

  it('loses it only when nothing is left to do', async () => {
    const world = await start(withFinalizer).settle();
    world.api.takeSent();
    world.api.failOnce('DELETE', '/parts/w', { status: 500 });
    world.api.remove(widgets, widget());
    await world.settle();
    const sent = world.api.takeSent().filter((request) => !request.endsWith('status'));
    expect(sent).toEqual(['DELETE parts/w', 'GET parts/w', 'DELETE parts/w', 'PATCH widgets/w']);
    expect(world.api.read(widgets, widget())).toBeUndefined();
    expect(world.part()).toBeUndefined();
  });

  it('is looked at again after the time that the plan names, while it waits', async () => {
    let passes = 0;
    const world = await start({
      ...withFinalizer,
      planDeletion: () => {
        passes++;
        return passes > 3 ? { actions: [] } : { actions: [], requeueAfterMs: 20_000 };
      },
    }).settle();
    world.api.remove(widgets, widget());
    await world.settle(15_000);
    // One for the deletion, one for the status that the first has written.
    expect(passes).toBe(2);
    await world.settle(60_000);
    expect(world.api.read(widgets, widget())).toBeUndefined();
  });

  it('is left alone when it is deleted before it has one', async () => {
    const world = await start(withFinalizer, (api) => {
      api.put(widgets, widget('w', 1, { finalizers: ['somebody.else/x'] }));
      api.remove(widgets, widget());
    }).settle();
    expect(world.api.takeSent()).toEqual([]);
    expect(world.results).toEqual(['success']);
  });
});

describe('the end', () => {
  const slow: Partial<WidgetDefinition> = {
    execute: {
      ...sound.execute,
      make: async (each, object, context, target) => {
        await sleep(context.clock, 5000, context.signal);
        context.signal.throwIfAborted();
        return sound.execute.make(each, object, context, target);
      },
    },
  };

  it('lets passes under way finish, and starts none', async () => {
    const world = await start(slow, (api) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) api.put(widgets, widget(name));
    }).settle();
    world.stop.abort();
    await world.settle(3000);
    expect(world.isRunning).toBe(true);
    await world.settle(1001);
    expect(world.isRunning).toBe(false);
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => world.part(name) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('cuts them off when told so', async () => {
    const world = await start(slow).settle();
    world.stop.abort();
    world.abort.abort();
    await world.settle(0);
    expect(world.isRunning).toBe(false);
    expect(world.part()).toBeUndefined();
  });

  it('comes at once when the caches were never filled', async () => {
    const world = start();
    world.stop.abort();
    await world.settle(0);
    expect(world.isRunning).toBe(false);
    expect(world.results).toEqual([]);
  });
});

/** The function with a bug that shows for the object `bad` only. */
function buggy<O extends KubeObject, Rest extends unknown[], R>(
  correct: (object: O, ...rest: Rest) => R,
): (object: O, ...rest: Rest) => R {
  return (object, ...rest) => {
    if (object.metadata.name === 'bad') throw new TypeError('a bug');
    return correct(object, ...rest);
  };
}
