import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { PassContext, Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';

/** An action of a kind. */
export type ActionOf<K extends ClusterAction['kind']> = Extract<ClusterAction, { readonly kind: K }>;

/** What an executor takes from a pass. */
export type ExecuteContext = Pick<
  PassContext,
  'live' | 'writer' | 'signal' | 'cached' | 'clock' | 'rng' | 'events' | 'log' | 'fieldManager'
>;

/** Carries out actions of one kind. It may be called again after any part of its effects. */
export type Executor<K extends ClusterAction['kind']> = (
  action: ActionOf<K>,
  object: Stored<ClusterObject>,
  context: ExecuteContext,
  target: Stored | undefined,
) => Promise<void>;
