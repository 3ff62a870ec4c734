import type { ObjectKey } from '../core/key.ts';
import type { Resource } from '../core/resource.ts';

/**
 * What an action can cost: `none` is invisible to users of the workload, `restart` interrupts a process, `data` cannot be taken
 * back. The engine reads the target of a `data` action live and checks the action's precondition before it lets it run.
 */
export type Risk = 'none' | 'restart' | 'data';

/** What must hold of an action's target. It is checked right before the action runs, and the check fails closed. */
export type Precondition =
  /** The target is still this object and, if a version is given, has not changed. */
  | { readonly uid: string; readonly resourceVersion?: string }
  /** There is no such object. Always checked live: a cache that lags shows absence too. */
  | { readonly absent: true };

/** One step of a plan, as data: status, logs and command line tools print the same thing that is executed. */
export type Action = Step & (Harmless | Irreversible);

interface Harmless {
  readonly risk: 'none' | 'restart';
  readonly precondition?: Precondition;
}

/** What cannot be taken back says what it expects of its target. */
interface Irreversible {
  readonly risk: 'data';
  readonly precondition: Precondition;
}

interface Step {
  /** Names the executor. */
  readonly kind: string;
  readonly target: { readonly resource: Resource; readonly key: ObjectKey };
  /** Why, in machine words: a reason from the library's catalogue. */
  readonly reason: string;
  /** Why, in a sentence. */
  readonly message: string;
  /** Names of the safety rules that must all pass first. */
  readonly rules?: readonly string[];
}

/** An action that must wait, and the rule that says so. */
export interface Blocked {
  readonly rule: string;
  /** The facts that the rule found, in a sentence. */
  readonly message: string;
  /** Kind of the action that is held back. */
  readonly action: string;
}

/** What a pass wants to do. Actions run in order; one that is blocked holds back all that follow it. */
export interface Plan<A extends Action> {
  readonly actions: readonly A[];
  /** What the planner itself holds back, before any action exists. */
  readonly blocked?: readonly Blocked[];
  /** Look again after so many milliseconds even if nothing changes; if they are over already, after the object's back-off. */
  readonly requeueAfterMs?: number;
}
