import { type Clock, type Rng, uuid, withDeadline } from '@neo4j-operator/clock';
import { Subscription } from 'rxjs';
import { ApplyMemo } from '../apply/apply-if-changed.ts';
import type { LiveReader, Writer } from '../client/client.ts';
import { asError } from '../core/errors.ts';
import { type ObjectKey, parseKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import { Turn } from '../core/turn.ts';
import type { EventRecorder } from '../events/recorder.ts';
import { guarded } from '../informer/guarded.ts';
import type { Delta, InformerHandle, Lister } from '../informer/informer.ts';
import type { InformerRegistry } from '../informer/registry.ts';
import type { MetricsPorts, ReconcileMetrics } from '../metrics/ports.ts';
import { priorities, type WorkItem, Workqueue } from '../workqueue/workqueue.ts';
import type { Action } from './action.ts';
import type { ControllerDefinition, PassContext, Source } from './definition.ts';
import { Doubts } from './doubts.ts';
import { PassTimeout } from '../core/pass-errors.ts';
import { type PassEnd, runPass } from './pass.ts';
import { type Selection, selectionsOf } from './selections.ts';
import { isStatusChange } from './triggers.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export interface ControllerDeps {
  readonly registry: InformerRegistry;
  readonly client: LiveReader & Writer;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: MetricsPorts;
  /** Where the objects are that are looked at, of the reconciled kind and of those that it owns or watches. Default: all namespaces. */
  readonly namespaces?: readonly string[] | undefined;
}

/** A controller that is wired up. Its informers start with it; its workers when `run` is called. */
export interface Controller {
  readonly name: string;
  readonly informers: readonly InformerHandle[];
  /**
   * Works until `stop` is aborted, then lets the passes under way end. `abort` ends those too: when leadership is lost or the
   * grace period is over.
   */
  run(stop: AbortSignal, abort: AbortSignal): Promise<void>;
}

/** Wires a definition to its informers and its queue. */
export function createController<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  deps: ControllerDeps,
): Controller {
  const { clock, rng, registry } = deps;
  const logger = deps.logger.child({ controller: definition.name });
  const metrics = deps.metrics.reconcile({ name: definition.name, resource: definition.resource.plural });
  const queue = new Workqueue<ObjectKey>({
    clock,
    rng,
    metrics: deps.metrics.workqueue(definition.name),
    ...(definition.maxRetryMs === undefined ? {} : { maxRetryMs: definition.maxRetryMs }),
  });
  const statusMemo = new ApplyMemo();

  const triggers: readonly Trigger[] = selectionsOf(definition).map((selection) => ({
    handle: acquire(selection, deps),
    map: selection.map,
  }));
  const informers = triggers.map(({ handle }) => handle);
  const [primary] = informers;
  const isInScope = scopeOf(definition.resource, deps.namespaces);
  const doubts = new Doubts({
    writer: deps.client,
    live: deps.client,
    cached: (resource, key) => cached(resource)?.get(key),
    observer: registry.writeObserver,
  });
  /** Objects in work, and the versions in which only their status has changed since: as a rule the pass itself writes it. */
  const inWork = new Map<ObjectKey, string[]>();
  const turn = new Turn(clock);
  const concurrency = definition.concurrency ?? 4;
  const passTimeoutMs = definition.passTimeoutMs ?? 60_000;

  function cached<O extends KubeObject>(resource: Resource<O>): Lister<O> | undefined {
    const name = resourceName(resource);
    return informers.find((informer) => resourceName(informer.resource) === name)?.lister as
      Lister<O> | undefined;
  }

  function lister<O extends KubeObject>(resource: Resource<O>): Lister<O> {
    const found = cached(resource);
    if (found === undefined) {
      throw new TypeError(`controller ${definition.name} neither owns nor watches ${resourceName(resource)}`);
    }
    return found;
  }

  async function work(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    for (;;) {
      const item = await queue.get(stop);
      if (item === undefined) return;
      const statusVersions: string[] = [];
      inWork.set(item.key, statusVersions);
      const end = await pass(item, abort);
      inWork.delete(item.key);
      queue.done(item.key);
      follow(item, end, statusVersions);
      if (turn.isOver()) await turn.yield();
    }
  }

  async function pass({ key, reasons }: WorkItem<ObjectKey>, abort: AbortSignal): Promise<Ended> {
    const startedAt = clock.monotonic();
    const log = logger.child({ object: key, reconcileId: uuid(rng) });
    metrics.started();
    const ended = await withDeadline(
      clock,
      passTimeoutMs,
      abort,
      () => new PassTimeout(`the pass took longer than ${String(passTimeoutMs)} ms`),
      async (signal): Promise<Ended> => {
        const { result, error, statusVersion } = await passOver(key, { reasons, log, signal, abort }).catch(
          (thrown: unknown): PassEnd => ({ result: {}, error: asError(thrown) }),
        );
        return { verdict: report(log, reasons, error, verdictOf(result, error)), statusVersion };
      },
    );
    count(metrics, ended.verdict, key, clock.monotonic() - startedAt);
    return ended;
  }

  async function passOver(
    key: ObjectKey,
    { reasons, log, signal, abort }: Pick<PassContext, 'reasons' | 'log' | 'signal'> & { abort: AbortSignal },
  ): Promise<PassEnd> {
    const object = lister(definition.resource).get(key);
    if (object === undefined) {
      doubts.forget(key);
      return { result: {}, error: undefined };
    }
    const context: PassContext = {
      signal,
      log,
      clock,
      rng,
      lister,
      cached,
      live: deps.client,
      writer: doubts.writerFor(key),
      events: deps.events,
      fieldManager: definition.name,
      reasons,
    };
    const settleDoubts = (): Promise<void> => doubts.settle(key, signal);
    return runPass(definition, object, context, { statusMemo, settleDoubts, abort });
  }

  /** The status that tells of a failure is no reason to try again; what somebody else wrote into it meanwhile is. */
  function follow(
    { key, priority }: WorkItem<ObjectKey>,
    { verdict: { requeue, failure }, statusVersion }: Ended,
    statusVersions: readonly string[],
  ): void {
    if (requeue.kind === 'back-off') {
      queue.addRateLimited(key, { priority, atLeastMs: requeue.atLeastMs, reason: 'retry' });
      return;
    }
    queue.forget(key);
    const isNews = statusVersions.some((version) => failure === undefined || version !== statusVersion);
    if (isNews) queue.add(key, { priority, reason: `${definition.resource.plural} updated` });
    else if (requeue.kind === 'after')
      queue.add(key, { priority, afterMs: requeue.delayMs, reason: 'requeue' });
  }

  function enqueue(key: ObjectKey, priority: number, reason: string): void {
    if (isInScope(key)) queue.add(key, { priority, reason });
  }

  function subscribe({ handle, map }: Trigger): Subscription {
    return handle.deltas$.subscribe((deltas) => {
      for (const delta of deltas) {
        const statusVersions = handle === primary ? inWork.get(delta.key) : undefined;
        if (statusVersions !== undefined && delta.type === 'updated' && isStatusChange(delta)) {
          statusVersions.push(delta.next.metadata.resourceVersion);
          continue;
        }
        const initial = delta.type === 'added' && delta.initial;
        const priority = initial ? priorities.low : priorities.normal;
        for (const key of mapSafely(map, delta, logger)) {
          enqueue(key, priority, `${handle.resource.plural} ${delta.type}`);
        }
      }
    });
  }

  function listenTo({ name, keys$ }: Source): Subscription {
    const heard$ = guarded(keys$, (error) => {
      logger.error({ err: error, source: name }, 'A source of passes failed');
    });
    return heard$.subscribe((keys) => {
      for (const key of keys) enqueue(key, priorities.normal, name);
    });
  }

  return {
    name: definition.name,
    informers,

    async run(stop, abort) {
      const subscriptions = new Subscription();
      try {
        const synced = await Promise.all(informers.map((informer) => informer.whenSynced(stop)));
        if (!synced.every(Boolean)) return;
        metrics.workers(concurrency);
        for (const trigger of triggers) subscriptions.add(subscribe(trigger));
        for (const source of definition.sources ?? []) subscriptions.add(listenTo(source));
        await Promise.all(Array.from({ length: concurrency }, () => work(stop, abort)));
      } finally {
        subscriptions.unsubscribe();
        queue.shutDown();
        for (const informer of informers) informer.release();
      }
    },
  };
}

interface Ended extends Pick<PassEnd, 'statusVersion'> {
  readonly verdict: Verdict;
}

interface Trigger {
  readonly handle: InformerHandle;
  readonly map: (delta: Delta<KubeObject>) => Iterable<ObjectKey>;
}

function acquire(
  { resource, labelSelector, options }: Selection,
  { registry, namespaces }: ControllerDeps,
): InformerHandle {
  return registry.acquireIn(
    resource,
    namespaces,
    labelSelector === undefined ? {} : { labelSelector },
    options,
  );
}

/** Whether an object of the reconciled kind is looked at. */
function scopeOf(resource: Resource, namespaces: ControllerDeps['namespaces']): (key: ObjectKey) => boolean {
  if (namespaces === undefined || !resource.namespaced) return () => true;
  const looked = new Set<string | undefined>(namespaces);
  return (key) => looked.has(parseKey(key).namespace);
}

/** A mapper that throws loses its own triggers only. */
function mapSafely(map: Trigger['map'], delta: Delta<KubeObject>, logger: Logger): readonly ObjectKey[] {
  try {
    return [...map(delta)];
  } catch (thrown) {
    logger.error({ err: asError(thrown), object: delta.key }, 'A mapper of watched objects failed');
    return [];
  }
}

function report(
  log: Logger,
  reasons: readonly string[],
  error: Error | undefined,
  verdict: Verdict,
): Verdict {
  if (error === undefined) log.debug({ reasons, result: verdict.result }, 'Pass ended');
  else if (verdict.failure === undefined) log.info({ reasons, err: error }, 'Pass was overtaken by a change');
  else log.error({ reasons, err: error, failure: verdict.failure }, 'Pass failed');
  return verdict;
}

function count(metrics: ReconcileMetrics, verdict: Verdict, key: ObjectKey, durationMs: number): void {
  if (verdict.failure !== undefined) metrics.failed(verdict.failure);
  metrics.finished({ result: verdict.result, durationMs, namespace: parseKey(key).namespace ?? '' });
}
