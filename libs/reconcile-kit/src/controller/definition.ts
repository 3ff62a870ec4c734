import type { Clock, Rng } from '@neo4j-operator/clock';
import type { Observable } from 'rxjs';
import type { Condition } from '../apply/conditions.ts';
import type { LiveReader, Writer } from '../client/client.ts';
import type { Logger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { ObjectKey } from '../core/key.ts';
import type { Resource } from '../core/resource.ts';
import type { EventInput, EventRecorder } from '../events/recorder.ts';
import type { Delta, InformerOptions, Lister } from '../informer/informer.ts';
import type { Action, Blocked, Plan } from './action.ts';
import type { SafetyRules } from './safety.ts';
import { selectionsOf } from './selections.ts';

/** What a pass is given beside the object. */
export interface PassContext {
  /** Aborted when the pass takes too long, leadership is lost or the process stops. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Cached objects of a resource that the definition owns, watches or reconciles. Own writes show at once. */
  readonly lister: <T extends KubeObject>(resource: Resource<T>) => Lister<T>;
  /** The same, or undefined for a resource that is not cached here. */
  readonly cached: <T extends KubeObject>(resource: Resource<T>) => Lister<T> | undefined;
  /** Reads that ask the API server. */
  readonly live: LiveReader;
  readonly writer: Writer;
  readonly events: EventRecorder;
  /** Who owns the fields that this controller applies. */
  readonly fieldManager: string;
  /** What led to this pass, for logs: `configmaps updated`, `retry`, the name of a source. */
  readonly reasons: readonly string[];
}

/** A condition as a status function states it, of the object's current generation if it does not say otherwise. Times are the engine's business. */
export type ConditionInput = Omit<Condition, 'lastTransitionTime'>;

/** The part of a status that the engine knows about. */
export interface StatusFields {
  readonly conditions?: readonly ConditionInput[];
  readonly [field: string]: unknown;
}

/** What became of a plan. */
export interface Outcome<A extends Action> {
  readonly plan: Plan<A>;
  /** Actions that ran to their end. */
  readonly executed: readonly A[];
  /** What the planner and the safety rules hold back. */
  readonly blocked: readonly Blocked[];
  /** Why the pass stopped early, if it did. */
  readonly error: Error | undefined;
}

/** Which objects of a resource a controller caches, and in which form. */
export interface SelectedResource<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  /** As the API takes it: `app=neo4j`. Other objects are neither cached nor lead to passes. */
  readonly labelSelector?: string;
  /** Without any, the objects are cached in the form in which the same resource is reconciled, owned or watched otherwise. */
  readonly options?: InformerOptions<T>;
}

/** A resource whose objects carry a controller owner reference to the reconciled object. */
export type OwnedSource<T extends KubeObject = KubeObject> = SelectedResource<T>;

/** A further resource whose changes lead to passes. */
export interface WatchSource<T extends KubeObject = KubeObject> extends SelectedResource<T> {
  /** The objects to look at again because of a change. */
  readonly map: (delta: Delta<T>) => Iterable<ObjectKey>;
}

/** Something outside Kubernetes that leads to passes. */
export interface Source {
  /** The reason of the passes that it leads to, for logs: `view changed`. */
  readonly name: string;
  /** The objects to look at. Heard while the controller works; if it fails that is logged, and it is not heard any more. */
  readonly keys$: Observable<readonly ObjectKey[]>;
}

/**
 * One kind's controller: four functions and what to watch.
 *
 * `analyze` alone reads, `plan` is pure, the executors alone write, `status` is pure. A pass that finds nothing to do sends no request.
 */
export interface ControllerDefinition<T extends KubeObject, State, A extends Action> {
  /** Lower case; names the queue, the field manager and the metrics' label. */
  readonly name: string;
  readonly resource: Resource<T>;
  /** Indexes for `byIndex` of the lister of the reconciled kind. */
  readonly indexers?: InformerOptions<T>['indexers'];
  /** Resources whose objects carry a controller owner reference to the reconciled object. */
  readonly owns?: readonly (Resource | OwnedSource)[];
  readonly watches?: readonly WatchSource[];
  readonly sources?: readonly Source[];
  /** Set before anything else is done for an object, and removed when `planDeletion` has nothing left to do. */
  readonly finalizer?: string;

  readonly analyze: (object: Stored<T>, context: PassContext) => Promise<State> | State;
  readonly plan: (object: Stored<T>, state: State) => Plan<A>;
  /** What is left to do before a deleted object may go. Needed with `finalizer`. */
  readonly planDeletion?: (object: Stored<T>, state: State) => Plan<A>;
  readonly rules?: SafetyRules<A, State>;
  /** Carries out one kind of action each. `target` is the action's target as its precondition was checked on, if it states one. */
  readonly execute: {
    readonly [K in A['kind']]: (
      action: A & { readonly kind: K },
      object: Stored<T>,
      context: PassContext,
      target: Stored | undefined,
    ) => Promise<unknown>;
  };
  readonly status: (object: Stored<T>, state: State, outcome: Outcome<A>) => StatusFields;
  /**
   * Whether a condition with another status or reason than before is worth an Event, and of which type. Asked when the status has been
   * written; a `TerminalError` is told by an Event in any case.
   */
  readonly announce?: (condition: Condition, before: Condition | undefined) => EventInput['type'] | undefined;

  /** Objects reconciled at the same time. Default 4. */
  readonly concurrency?: number;
  /** Milliseconds that a pass may take. Default 60 000. */
  readonly passTimeoutMs?: number;
  /**
   * Milliseconds after which an object whose passes go on failing is tried again at the latest. Default 1 000 000. What fails because of
   * something that no watch shows, such as a server that does not answer, should not wait so long: every pass that fails counts, also those
   * that a burst of changes leads to.
   */
  readonly maxRetryMs?: number;
}

/**
 * An owned source with options for the objects of its resource: lists of sources are about objects of any kind, and the compiler cannot
 * follow that a source is only ever given its own.
 */
export function ownedSource<T extends KubeObject>(source: OwnedSource<T>): OwnedSource {
  return source as unknown as OwnedSource;
}

/** A watch source that maps objects of its resource; see `ownedSource`. */
export function watchSource<T extends KubeObject>(source: WatchSource<T>): WatchSource {
  return source as unknown as WatchSource;
}

/**
 * Checks a definition, so that a mistake shows at start and not in a pass.
 *
 * @throws TypeError
 */
export function defineController<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
): ControllerDefinition<T, State, A> {
  if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) {
    throw new TypeError(`controller name ${definition.name}: use lower-case letters, digits and dashes`);
  }
  if ((definition.finalizer === undefined) !== (definition.planDeletion === undefined)) {
    throw new TypeError(`controller ${definition.name}: finalizer and planDeletion go together`);
  }
  selectionsOf(definition);
  return Object.freeze({ ...definition });
}
