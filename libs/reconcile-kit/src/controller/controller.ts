import { type Clock, type Rng, uuid, withDeadline } from '@neo4j-operator/clock';
import type { Subscription } from 'rxjs';
import { ApplyMemo } from '../apply/apply-if-changed.ts';
import type { LiveReader, Writer } from '../client/client.ts';
import { asError } from '../core/errors.ts';
import { type ObjectKey, parseKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import type { EventRecorder } from '../events/recorder.ts';
import type { Delta, InformerHandle, Lister } from '../informer/informer.ts';
import type { InformerRegistry } from '../informer/registry.ts';
import type { MetricsPorts, ReconcileMetrics } from '../metrics/ports.ts';
import type { Scope } from '../client/client.ts';
import { priorities, type WorkItem, Workqueue } from '../workqueue/workqueue.ts';
import type { Action } from './action.ts';
import type { ControllerDefinition, PassContext } from './definition.ts';
import { PassTimeout } from '../core/pass-errors.ts';
import { runPass } from './pass.ts';
import { refreshSuspects } from './refresh-suspects.ts';
import { isStatusChange, ownerKeys, ownKey } from './triggers.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export interface ControllerDeps {
  readonly registry: InformerRegistry;
  readonly client: LiveReader & Writer;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly metrics: MetricsPorts;
  /** Which objects of the reconciled kind, and of the kinds it owns or watches, are looked at. Default: all namespaces. */
  readonly scope?: Scope;
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
  const queue = new Workqueue<ObjectKey>({ clock, rng, metrics: deps.metrics.workqueue(definition.name) });
  const statusMemo = new ApplyMemo();

  const primary = registry.acquire(definition.resource, deps.scope);
  const triggers: Trigger[] = [
    { handle: primary, map: ownKey },
    ...(definition.owns ?? []).map((resource) => ({
      handle: registry.acquire(resource, deps.scope),
      map: ownerKeys(definition.resource),
    })),
    ...(definition.watches ?? []).map(({ resource, map, options }) => ({
      handle: registry.acquire(resource, deps.scope, options),
      map,
    })),
  ];
  const informers = triggers.map(({ handle }) => handle);
  let refreshed: Promise<void> = Promise.resolve();
  /** Objects in work, and whether their status has changed since: as a rule the pass itself writes it. */
  const inWork = new Map<ObjectKey, { statusChanged: boolean }>();
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

  /** One pass after the other, so that a read of one cannot settle what another has put in doubt since. */
  function refresh(signal: AbortSignal): Promise<void> {
    const turn = refreshed.then(() =>
      refreshSuspects(informers, deps.client, registry.writeObserver, signal),
    );
    refreshed = turn.catch(() => undefined);
    return turn;
  }

  async function work(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    for (;;) {
      const item = await queue.get(stop);
      if (item === undefined) return;
      const seen = { statusChanged: false };
      inWork.set(item.key, seen);
      const verdict = await pass(item, abort);
      inWork.delete(item.key);
      queue.done(item.key);
      follow(item, verdict, seen.statusChanged);
    }
  }

  async function pass({ key, reasons }: WorkItem<ObjectKey>, abort: AbortSignal): Promise<Verdict> {
    const startedAt = clock.monotonic();
    const log = logger.child({ object: key, reconcileId: uuid(rng) });
    metrics.started();
    const verdict = await withDeadline(
      clock,
      passTimeoutMs,
      abort,
      () => new PassTimeout(`the pass took longer than ${String(passTimeoutMs)} ms`),
      async (signal): Promise<Verdict> => {
        try {
          await refresh(signal);
          const object = primary.lister.get(key);
          if (object === undefined) return verdictOf({}, undefined);
          const context: PassContext = {
            signal,
            log,
            clock,
            rng,
            lister,
            cached,
            live: deps.client,
            writer: deps.client,
            events: deps.events,
            fieldManager: definition.name,
            reasons,
          };
          const end = await runPass(definition, object, context, statusMemo);
          const error = timeoutOr(signal, end.error);
          return report(log, reasons, error, verdictOf(end.result, error));
        } catch (thrown) {
          const error = timeoutOr(signal, asError(thrown));
          return report(log, reasons, error, verdictOf({}, error));
        }
      },
    );
    count(metrics, verdict, key, clock.monotonic() - startedAt);
    return verdict;
  }

  /** The status that tells of a failure is no reason to try again. */
  function follow(
    { key, priority }: WorkItem<ObjectKey>,
    { requeue, failure }: Verdict,
    statusChanged: boolean,
  ): void {
    if (requeue.kind === 'back-off') {
      queue.addRateLimited(key, { priority, atLeastMs: requeue.atLeastMs, reason: 'retry' });
      return;
    }
    queue.forget(key);
    if (statusChanged && failure === undefined)
      queue.add(key, { priority, reason: `${definition.resource.plural} updated` });
    else if (requeue.kind === 'after')
      queue.add(key, { priority, afterMs: requeue.delayMs, reason: 'requeue' });
  }

  function subscribe({ handle, map }: Trigger): Subscription {
    return handle.deltas$.subscribe((deltas) => {
      for (const delta of deltas) {
        const working = handle === primary ? inWork.get(delta.key) : undefined;
        if (working !== undefined && isStatusChange(delta)) {
          working.statusChanged = true;
          continue;
        }
        const initial = delta.type === 'added' && delta.initial;
        for (const key of mapSafely(map, delta, logger)) {
          queue.add(key, {
            priority: initial ? priorities.low : priorities.normal,
            reason: `${handle.resource.plural} ${delta.type}`,
          });
        }
      }
    });
  }

  return {
    name: definition.name,
    informers,

    async run(stop, abort) {
      const synced = await Promise.all(informers.map((informer) => informer.whenSynced(stop)));
      if (!synced.every(Boolean)) return;
      metrics.workers(concurrency);
      const subscriptions = triggers.map(subscribe);
      const workers = Array.from({ length: concurrency }, () => work(stop, abort));
      await Promise.all(workers);
      for (const subscription of subscriptions) subscription.unsubscribe();
      queue.shutDown();
    },
  };
}

interface Trigger {
  readonly handle: InformerHandle;
  readonly map: (delta: Delta<KubeObject>) => Iterable<ObjectKey>;
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

/** A pass that was cut off fails with whatever its request failed with; what matters is why it was cut off. */
function timeoutOr(signal: AbortSignal, error: Error | undefined): Error | undefined {
  return error !== undefined && signal.reason instanceof PassTimeout ? signal.reason : error;
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
