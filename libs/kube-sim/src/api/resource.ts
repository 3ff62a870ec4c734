// What the model knows of a resource: the same for built-in ones and for those that a CRD defines.
import type { FieldCause } from './failure.ts';
import type { SimObject } from './object.ts';
import type { Schema } from '../schema/schema.ts';

/** A resource, whatever its version: what storage is keyed by and what messages name. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  /** Lower-case plural, as in the URL. */
  readonly plural: string;
}

/** A column of the table that `kubectl get` shows. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
  /** What stands in the row of an object; `nowMs` for ages. */
  readonly cell: (object: SimObject, nowMs: number) => unknown;
}

/** Where the scale subresource finds its numbers: paths without the leading dot, as `spec.replicas`. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector?: string;
}

/** What a rule that looks at other objects, or makes names, may ask for. */
export interface StrategyContext {
  /** Wall-clock time in epoch milliseconds. */
  readonly nowMs: number;
  /** Reads what is stored; undefined if it is not there. */
  readonly find: (type: ResourceType, namespace: string | undefined, name: string) => SimObject | undefined;
  /** All of a namespace, or of all namespaces. */
  readonly list: (type: ResourceType, namespace?: string) => readonly SimObject[];
}

/** How objects of a resource come to be and change, beyond what their schema says. Each part may be absent. */
export interface Strategy {
  /**
   * Fills in what is absent, as the server does when it decodes: changes the object. Runs on everything that is sent, or merged by an
   * apply, which leaves nulls in custom resources.
   */
  readonly applyDefaults?: (object: SimObject, isMerged?: boolean) => void;
  /** Before a new object is validated: takes status away, sets phases, allots addresses. */
  readonly prepareForCreate?: (object: SimObject, context: StrategyContext) => void;
  /** Before a changed object is validated: puts back what the request may not change, for example its status. */
  readonly prepareForUpdate?: (next: SimObject, old: SimObject, context: StrategyContext) => void;
  /** Like prepareForUpdate, for the status subresource. By default everything but `status` is put back, metadata apart from managedFields too. */
  readonly prepareForStatusUpdate?: (next: SimObject, old: SimObject, context: StrategyContext) => void;
  /** What is wrong, beyond the schema. `old` is there for an update. */
  readonly validate?: (
    object: SimObject,
    old: SimObject | undefined,
    context: StrategyContext,
  ) => readonly FieldCause[];
  /** Like validate, for the status subresource. By default the same. */
  readonly validateStatusUpdate?: (
    object: SimObject,
    old: SimObject,
    context: StrategyContext,
  ) => readonly FieldCause[];
  /** Whether an update changes what `metadata.generation` counts. By default: everything but metadata and status. Null: no generation. */
  readonly generationChanges?: ((next: SimObject, old: SimObject) => boolean) | null;
  /** Seconds that an object stays after it was deleted, unless the request says so; pods have one. By default it goes at once. */
  readonly gracePeriodSeconds?: (object: SimObject) => number;
  /** PUT on a name that is not there creates it. */
  readonly createOnUpdate?: boolean;
  /** What a field selector may name beside `metadata.name` and `metadata.namespace`; gives the value, empty if unset. */
  readonly selectableFields?: Readonly<Record<string, (object: SimObject) => string>>;
  /** What names of objects have to be; by default DNS subdomains. */
  readonly nameRule?: 'subdomain' | 'label' | 'label1035' | 'path';
  /**
   * Changes an object that is marked for deletion, before it is written or removed; finalizers that it adds hold the object.
   */
  readonly prepareForDelete?: (object: SimObject, context: StrategyContext) => void;
  /** Whether something other than finalizers holds an object that is marked for deletion. */
  readonly holds?: (object: SimObject) => boolean;
  /** DELETE answers with the object, not with a status, although it is gone at once. */
  readonly returnsDeleted?: boolean;
  /** A DELETE that does not say what becomes of dependents leaves them (Jobs, for historical reasons). */
  readonly orphansByDefault?: boolean;
  /** True: fields like resourceVersion must be sent with a PUT. False: an update without it overwrites. */
  readonly requiresVersionOnUpdate?: boolean;
}

/** One version of a resource that is served. */
export interface ResourceDefinition extends ResourceType {
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** The whole object's; absent: anything goes. */
  readonly schema: Schema | undefined;
  /** Whether fields that the schema does not know are dropped (custom resources, built-in ones alike). */
  readonly subresources: {
    readonly status: boolean;
    readonly scale?: ScalePaths;
  };
  /** Verbs that are served; by default all. */
  readonly verbs?: readonly string[];
  /** Absent: name and age. */
  readonly columns?: readonly Column[];
  readonly strategy: Strategy;
  /** Comes from a CRD; some answers are worded in another way. */
  readonly custom: boolean;
  /** Objects are stored as this version and kind of the resource and converted on the way (Events have two groups for one storage). */
  readonly storedAs?: {
    readonly type: ResourceType;
    readonly toStored: (object: SimObject) => SimObject;
    readonly fromStored: (object: SimObject) => SimObject;
  };
}

/** `group/version`, or `version` for the core group. */
export function apiVersionOf({ group, version }: Pick<ResourceDefinition, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
