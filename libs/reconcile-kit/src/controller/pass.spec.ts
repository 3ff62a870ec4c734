import { describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { ApplyMemo } from '../apply/apply-if-changed.ts';
import { createKubeClient } from '../client/kube-client.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
import { silentLogger } from '../core/logger.ts';
import { KubeError } from '../core/errors.ts';
import { PreconditionFailed, TerminalError } from '../core/pass-errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Resource } from '../core/resource.ts';
import type { Lister } from '../informer/informer.ts';
import type { Precondition } from './action.ts';
import type { Outcome, PassContext } from './definition.ts';
import { FakeApi } from './fake-api.spec-helper.ts';
import { type PassEnd, type PassPorts, runPass } from './pass.ts';
import { pass, refuse } from './safety.ts';
import {
  action,
  finalizer,
  partOf,
  parts,
  widget,
  type ActionChoice,
  type WidgetAction,
  widgetDefinition,
  type WidgetDefinition,
  widgets,
  withFinalizer,
} from './widgets.spec-helper.ts';

/** Single passes over the widget `w`, with a cache that shows what the test says. */
function bench(prepare: (api: FakeApi) => void = () => undefined) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  api.put(widgets, widget());
  prepare(api);
  const client = createKubeClient({ transport: api, clock });
  const trace: string[] = [];
  const events: string[] = [];
  const abort = new AbortController();
  let isFresh = true;
  /** What the cache shows of parts while it lags. */
  const stale = new Map<ObjectKey, KubeObject>();
  const ports: PassPorts = {
    statusMemo: new ApplyMemo(),
    settleDoubts: () => Promise.resolve(),
    abort: abort.signal,
  };

  const lister = <O extends KubeObject>(resource: Resource<O>): Lister<O> =>
    ({
      get: (key: ObjectKey) =>
        isFresh || resource.plural === 'widgets' ? api.read(resource, widget(key.slice(2))) : stale.get(key),
    }) as unknown as Lister<O>;

  const context: PassContext = {
    signal: abort.signal,
    log: silentLogger,
    clock,
    rng: seededRng(1),
    lister,
    cached: lister,
    live: client,
    writer: client,
    events: {
      record: (_, { type, reason }) => events.push(`${type} ${reason}`),
      flush: () => Promise.resolve(),
    },
    fieldManager: 'widget',
    reasons: [],
  };

  const seen = (): Stored<ReturnType<typeof widget>> => {
    const object = api.read(widgets, widget());
    if (object === undefined) throw new Error('the widget is gone');
    return object;
  };

  return {
    api,
    abort,
    clock,
    trace,
    events,
    seen,
    /** From now on the cache shows this part, or none, whatever the server holds. */
    showStale(part?: KubeObject): void {
      isFresh = false;
      if (part !== undefined) stale.set(keyOf(part), part);
    },
    run(more: Partial<WidgetDefinition> = {}, object = seen()): Promise<PassEnd> {
      return runPass(widgetDefinition(more), object, context, ports);
    },
    /** A pass whose plan is these actions; executors only leave a trace. */
    async execute(
      actions: readonly WidgetAction[],
      more: Partial<WidgetDefinition> = {},
    ): Promise<Outcome<WidgetAction> & PassEnd> {
      let outcome: Outcome<WidgetAction> | undefined;
      const note = ({ kind, message }: WidgetAction): Promise<void> => {
        trace.push(message === '' ? kind : message);
        return Promise.resolve();
      };
      const end = await runPass(
        widgetDefinition({
          plan: () => ({ actions }),
          execute: { make: note, resize: note, remove: note },
          status: (_, __, result) => {
            outcome = result;
            return {};
          },
          ...more,
        }),
        seen(),
        context,
        ports,
      );
      if (outcome === undefined) throw end.error ?? new Error('the status function was not asked');
      return { ...outcome, ...end };
    },
  };
}

const conditionsOf = (object: ReturnType<typeof widget>): Record<string, string> =>
  Object.fromEntries(
    (object.status?.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );

describe('runPass', () => {
  it('analyzes, plans, executes and reports, in this order', async () => {
    const { run, trace } = bench();
    const { analyze, plan, execute, status } = widgetDefinition();
    await run({
      analyze: (...call) => {
        trace.push('analyze');
        return analyze(...call);
      },
      plan: (...call) => {
        trace.push('plan');
        return plan(...call);
      },
      execute: {
        ...execute,
        make: (...call) => {
          trace.push('execute');
          return execute.make(...call);
        },
      },
      status: (...call) => {
        trace.push('status');
        return status(...call);
      },
    });
    expect(trace).toEqual(['analyze', 'plan', 'execute', 'status']);
  });

  it('sends nothing when there is nothing to do', async () => {
    const { run, api } = bench();
    await run();
    await run();
    api.takeSent();
    expect(await run()).toMatchObject({
      result: { requeueAfterMs: undefined, again: false },
      error: undefined,
    });
    expect(api.takeSent()).toEqual([]);
  });

  it('gives the status the generation, and keeps the time of conditions that stay', async () => {
    const { run, api, clock, seen } = bench();
    await run();
    const before = seen().status;
    expect(before).toMatchObject({ observedGeneration: 1 });
    expect(conditionsOf(seen())).toEqual({
      Ready: 'False PartMissing',
      Reconciling: 'False Settled',
      Stalled: 'False NotStalled',
    });
    await clock.advance(60_000);
    api.put(widgets, widget('w', 2));
    await run();
    expect(seen().status?.observedGeneration).toBe(2);
    expect(seen().status?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(
      before?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime),
    );
    await run();
    expect(seen().status?.conditions?.[0]).toMatchObject({
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2026-01-01T00:01:00Z',
    });
  });

  it('does not claim a verdict on a generation that it could not look at', async () => {
    const { run, api, seen } = bench();
    await run();
    await run();
    api.put(widgets, widget('w', 2));
    await run({ analyze: () => Promise.reject(new Error('no answer')) });
    expect(seen().status?.observedGeneration).toBe(2);
    expect(seen().status?.conditions).toEqual([
      expect.objectContaining({ type: 'Ready', status: 'True', observedGeneration: 1 }),
      expect.objectContaining({
        type: 'Reconciling',
        status: 'True',
        observedGeneration: 2,
        message: 'no answer',
      }),
      expect.objectContaining({ type: 'Stalled', status: 'False', observedGeneration: 2 }),
    ]);
  });

  it('says that nothing is known when the first pass fails', async () => {
    const { run, seen } = bench();
    await run({ analyze: () => Promise.reject(new Error('no answer')) });
    expect(conditionsOf(seen())).toMatchObject({ Ready: 'Unknown NoVerdict', Reconciling: 'True Retrying' });
  });

  it('reports a terminal error as an Event and as Stalled', async () => {
    const { run, seen, events } = bench();
    const { error } = await run({
      execute: {
        ...widgetDefinition().execute,
        make: () => Promise.reject(new TerminalError('NameTaken', 'm')),
      },
      status: () => ({}),
    });
    expect(error).toBeInstanceOf(TerminalError);
    expect(events).toEqual(['Warning NameTaken']);
    expect(conditionsOf(seen())).toEqual({
      Ready: 'False NameTaken',
      Reconciling: 'False Stalled',
      Stalled: 'True NameTaken',
    });
  });

  it('announces conditions that have changed, if the definition wants it, once', async () => {
    const { run, events, clock } = bench();
    const announce: WidgetDefinition['announce'] = ({ type, status }, before) =>
      type === 'Ready' && (before !== undefined || status === 'True') ? 'Normal' : undefined;
    const unready: WidgetDefinition['status'] = () => ({
      conditions: [{ type: 'Ready', status: 'False', reason: 'Broken', message: 'm' }],
    });
    await run({ announce, status: unready });
    await run({ announce });
    await clock.advance(1000);
    await run({ announce });
    await run({ announce, status: unready });
    expect(events).toEqual(['Normal PartFits', 'Normal Broken']);
  });

  it('announces once what several conditions say in the same words', async () => {
    const { run, events } = bench();
    const said = { status: 'False', reason: 'Broken', message: 'm' } as const;
    await run({
      announce: () => 'Warning',
      status: () => ({
        conditions: [
          { type: 'Formed', ...said },
          { type: 'Ready', ...said },
          { type: 'Fed', ...said, message: 'n' },
        ],
      }),
    });
    expect(events.filter((event) => event.endsWith('Broken'))).toEqual(['Warning Broken', 'Warning Broken']);
  });

  it.each([
    new PreconditionFailed('p'),
    new KubeError('c', { reason: 'Conflict' }),
    new KubeError('w', { reason: 'WriteDenied' }),
  ])('does not touch the status when it was overtaken: %s', async (thrown) => {
    const { run, api } = bench();
    expect(
      await run({
        plan: () => {
          throw thrown;
        },
      }),
    ).toMatchObject({ error: thrown });
    expect(api.takeSent()).toEqual([]);
  });

  it('keeps the first error when the status cannot be written either', async () => {
    const { run, api } = bench();
    api.failure = ({ method }) => (method === 'GET' ? undefined : { status: 500 });
    const { error } = await run();
    expect(error?.message).toMatch(/^POST .*\/parts: /);
  });

  it('fails when nothing but the status cannot be written', async () => {
    const { run, api } = bench();
    api.failOnce('PATCH', '/status', { status: 409, reason: 'Conflict' });
    expect((await run()).error).toMatchObject({ reason: 'Conflict' });
  });

  it('takes an object that has gone meanwhile for no error', async () => {
    const { run, api, seen } = bench();
    const object = seen();
    expect(
      await run(
        {
          analyze: () => {
            api.remove(widgets, object);
            return { part: undefined };
          },
          plan: () => ({ actions: [] }),
        },
        object,
      ),
    ).toMatchObject({ error: undefined });
  });

  it('gives a namesake that was made meanwhile no status', async () => {
    const { run, api, seen } = bench();
    const object = seen();
    await run(
      {
        analyze: () => {
          api.remove(widgets, object);
          api.put(widgets, widget());
          return { part: undefined };
        },
        plan: () => ({ actions: [] }),
      },
      object,
    );
    expect(seen().status).toBeUndefined();
  });
});

describe('safety rules', () => {
  const rules = { never: () => refuse('not now'), always: () => pass };

  it('hold back the action and all that follow it', async () => {
    const { execute, trace, seen } = bench();
    const { executed, blocked, error } = await execute(
      [
        action('make', widget(), { message: 'first', rules: ['always'] }),
        action('remove', widget(), { message: 'second', rules: ['always', 'never'] }),
        action('resize', widget(), { message: 'third' }),
      ],
      { rules },
    );
    expect(trace).toEqual(['first']);
    expect(executed.map(({ message }) => message)).toEqual(['first']);
    expect(blocked).toEqual([{ rule: 'never', message: 'not now', action: 'remove' }]);
    expect(error).toBeUndefined();
    expect(conditionsOf(seen())).toMatchObject({ Reconciling: 'True Blocked' });
  });

  it('hold back an action whose rule is not defined', async () => {
    const { execute, trace } = bench();
    const { blocked } = await execute([action('remove', widget(), { rules: ['forgotten'] })]);
    expect(trace).toEqual([]);
    expect(blocked).toMatchObject([{ rule: 'forgotten' }]);
  });

  it('hold back an action when they fail themselves', async () => {
    const { execute, trace } = bench();
    const bug = new TypeError('a bug');
    await expect(
      execute([action('remove', widget(), { rules: ['bug'] })], {
        rules: {
          bug: () => {
            throw bug;
          },
        },
      }),
    ).rejects.toBe(bug);
    expect(trace).toEqual([]);
  });

  it('come after what the planner itself holds back', async () => {
    const { execute } = bench();
    const waits = { rule: 'noOtherOperation', message: 'a roll is under way', action: 'scale' };
    const { blocked } = await execute([], { plan: () => ({ actions: [], blocked: [waits] }) });
    expect(blocked).toEqual([waits]);
  });
});

describe('preconditions', () => {
  const partsExist = (api: FakeApi): void => {
    const owner = api.read(widgets, widget());
    if (owner !== undefined) api.put(parts, partOf(owner));
  };
  const partIn = ({ api }: ReturnType<typeof bench>): Stored<ReturnType<typeof partOf>> => {
    const part = api.read(parts, widget());
    if (part === undefined) throw new Error('there is no part');
    return part;
  };

  it('on uid and version are checked on the cache, without a request', async () => {
    const at = bench(partsExist);
    const { uid, resourceVersion } = partIn(at).metadata;
    await at.execute([action('resize', widget(), { precondition: { uid, resourceVersion } })]);
    expect(at.trace).toEqual(['resize the part']);
    expect(at.api.takeSent()).toEqual(['PATCH widgets/w/status']);
  });

  it('are checked on the server for what is not in the cache', async () => {
    const at = bench(partsExist);
    at.showStale();
    const { uid } = partIn(at).metadata;
    await at.execute([action('resize', widget(), { precondition: { uid } })]);
    expect(at.trace).toEqual(['resize the part']);
    expect(at.api.takeSent()[0]).toBe('GET parts/w');
  });

  it.each<[string, Precondition]>([
    ['uid', { uid: 'other' }],
    ['version', { uid: 'uid-2', resourceVersion: '1' }],
    ['absence', { absent: true }],
  ])('stop the plan when they do not hold: %s', async (_, precondition) => {
    const at = bench(partsExist);
    expect(partIn(at).metadata.uid).toBe('uid-2');
    const { error, executed } = await at.execute([
      action('resize', widget(), { precondition }),
      action('remove', widget()),
    ]);
    expect(error).toBeInstanceOf(PreconditionFailed);
    expect([executed, at.trace]).toEqual([[], []]);
  });

  it('on absence are checked on the server though the cache shows absence too', async () => {
    const at = bench(partsExist);
    at.showStale();
    const { error } = await at.execute([action('make', widget(), { precondition: { absent: true } })]);
    expect(error?.message).toBe('make: parts.example.com n/w exists already');
    expect(at.trace).toEqual([]);
  });

  it('of what cannot be taken back are checked on the server though the cache shows that they hold', async () => {
    const at = bench(partsExist);
    const part = partIn(at);
    at.showStale(part);
    at.api.remove(parts, part);
    partsExist(at.api);
    const precondition = { uid: part.metadata.uid };
    const { error } = await at.execute([action('remove', widget(), { risk: 'data', precondition })]);
    expect(error?.message).toBe('remove: parts.example.com n/w is another object of the same name');
    expect(at.trace).toEqual([]);
  });

  it('must be stated by what cannot be taken back', async () => {
    const at = bench(partsExist);
    const { error } = await at.execute([action('remove', widget(), { risk: 'data' })]);
    expect(error).toBeInstanceOf(TypeError);
    expect(error?.message).toBe('remove: an action that costs data needs a precondition');
    expect(at.trace).toEqual([]);
  });

  it('hand the target as it was read to the executor', async () => {
    const at = bench(partsExist);
    const part = partIn(at);
    const targets: unknown[] = [];
    const note = (...[, , , target]: readonly unknown[]): Promise<void> => {
      targets.push(target);
      return Promise.resolve();
    };
    const precondition = { uid: part.metadata.uid };
    await at.execute([action('remove', widget(), { risk: 'data', precondition }), action('make', widget())], {
      execute: { make: note, resize: note, remove: note },
    });
    expect(targets).toEqual([part, undefined]);
  });

  it.each<[string, ActionChoice]>([
    ['absence', { precondition: { absent: true } }],
    ['risk data and uid', { risk: 'data', precondition: { uid: 'uid-2' } }],
  ])('fail closed when the server cannot be asked: %s', async (_, more) => {
    for (const failure of [{ status: 500 }, { status: 403 }, 'dropped', 'lost', 'hangs'] as const) {
      const at = bench(partsExist);
      at.api.failure = ({ method }) => (method === 'GET' ? failure : undefined);
      const running = at.execute([action('remove', widget(), more)]);
      await at.clock.advance(10_000);
      expect((await running).error).toBeInstanceOf(KubeError);
      expect(at.trace).toEqual([]);
    }
  });

  it('do not let an action start after the pass was cut off', async () => {
    const at = bench();
    const { executed } = await at.execute(
      [action('make', widget(), { message: 'first' }), action('make', widget(), { message: 'second' })],
      {
        execute: {
          ...widgetDefinition().execute,
          make: ({ message }) => {
            at.trace.push(message);
            at.abort.abort();
            return Promise.resolve();
          },
        },
      },
    );
    expect(at.trace).toEqual(['first']);
    expect(executed).toHaveLength(1);
  });

  it('cannot make up for an executor that is missing', async () => {
    const at = bench();
    const { error } = await at.execute([{ ...action('make', widget()), kind: 'toString' as 'make' }]);
    expect(error).toEqual(new TypeError('no executor for actions of the kind toString'));
  });
});

describe('finalizers', () => {
  it('are set before the object is even looked at', async () => {
    const { run, api, trace } = bench();
    await run({
      ...withFinalizer,
      analyze: (object) => {
        trace.push(...api.takeSent(), ...(object.metadata.finalizers ?? []));
        return { part: undefined };
      },
    });
    expect(trace).toEqual(['PATCH widgets/w', finalizer]);
  });

  it('that cannot be set stop the pass', async () => {
    const { run, api, trace } = bench();
    api.failOnce('PATCH', '/widgets/w', { status: 500 });
    const analyze: WidgetDefinition['analyze'] = () => {
      trace.push('analyze');
      return { part: undefined };
    };
    expect((await run({ ...withFinalizer, analyze })).error).toMatchObject({ reason: 'ServerError' });
    expect(trace).toEqual([]);
  });

  const deleted = (api: FakeApi): void => {
    api.put(widgets, widget('w', 1, { finalizers: [finalizer] }));
    api.remove(widgets, widget());
  };

  it('are released when the deletion plan is empty, and nothing else is sent', async () => {
    const { run, api } = bench(deleted);
    expect(await run(withFinalizer)).toEqual({ result: {}, error: undefined });
    expect(api.takeSent()).toEqual(['PATCH widgets/w']);
    expect(api.read(widgets, widget())).toBeUndefined();
  });

  it.each<[string, ReturnType<WidgetDefinition['plan']>, boolean]>([
    ['an action is left', { actions: [action('remove', widget())] }, true],
    [
      'something is held back',
      { actions: [], blocked: [{ rule: 'r', message: 'm', action: 'remove' }] },
      false,
    ],
    ['it is not time yet', { actions: [], requeueAfterMs: 1000 }, false],
  ])('are kept while %s', async (_, plan, again) => {
    const { run, seen } = bench(deleted);
    const { result } = await run({
      ...withFinalizer,
      planDeletion: () => plan,
      execute: { ...widgetDefinition().execute, remove: () => Promise.resolve() },
    });
    expect(seen().metadata.finalizers).toEqual([finalizer]);
    expect(result).toEqual({ requeueAfterMs: plan.requeueAfterMs, again });
  });

  it('of somebody else make a deleted object none of ours', async () => {
    const { run, api } = bench((server) => {
      server.put(widgets, widget('w', 1, { finalizers: ['somebody.else/x'] }));
      server.remove(widgets, widget());
    });
    expect(await run(withFinalizer)).toEqual({ result: {}, error: undefined });
    expect(await run()).toEqual({ result: {}, error: undefined });
    expect(api.takeSent()).toEqual([]);
  });
});
