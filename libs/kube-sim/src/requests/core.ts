// What the handling of a request may use.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { AccessAttributes } from '../access/index.ts';
import type { NewFields } from '../apply/new-fields.ts';
import type { ApiAnswer, ApiRequest, UserInfo } from '../api/request.ts';
import type { ResourceDefinition, StrategyContext } from '../api/resource.ts';
import type { SimObject } from '../api/object.ts';
import type { Store } from '../storage/store.ts';
import type { Definitions } from './definitions.ts';
import type { Reactions } from './reactions.ts';
import type { WatchCache } from './watch-cache.ts';

/** An object that is about to be written. */
export interface AdmissionReview {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly definition: ResourceDefinition;
  readonly subresource: string | undefined;
  /** May be changed. */
  readonly object: SimObject | undefined;
  readonly old: SimObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
}

/** Looks at what is about to be written, may change it, and refuses it by throwing an ApiFailure. */
export type Admission = (review: AdmissionReview) => void;

/** Answers a request that is no ordinary access to a resource. */
export type Extension = (call: Call) => ApiAnswer;

/** The parts of the model. */
export interface Core {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly store: Store;
  readonly cache: WatchCache;
  /** Whether snapshots are streamed (KEP-3157). */
  readonly watchList: boolean;
  readonly definitions: Definitions;
  readonly reactions: Reactions;
  /** What strategies may ask for. */
  readonly context: StrategyContext;
  /** Now, as objects have it. */
  readonly timestamp: () => string;
  /** Who owns what in new objects. */
  readonly newFields: NewFields;
  readonly admissions: ReadonlySet<Admission>;
  /** `pods/eviction`, or `selfsubjectreviews` for a resource that is not stored; the group follows after a dot. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Who a request is carried out as. Throws an ApiFailure if the user may not be somebody else. */
  readonly actAs: (headers: ApiRequest['headers'], attributes: AccessAttributes) => UserInfo;
  /** Refuses by throwing an ApiFailure. */
  readonly authorize: (attributes: AccessAttributes) => void;
  /** Paths that are no resources: discovery, health. */
  readonly otherPath: (request: ApiRequest) => ApiAnswer | undefined;
}

/** A request whose resource is known. */
export interface Call {
  readonly core: Core;
  readonly request: ApiRequest;
  readonly definition: ResourceDefinition;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What the client should know although the request is not refused. */
  readonly warnings: string[];
}
