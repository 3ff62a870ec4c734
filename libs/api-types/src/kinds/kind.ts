import { type TObject, type TOptional, type TSchema, type TUnsafe, Unsafe } from 'typebox';
import { constrained, object, optional } from '../schema/build.ts';
import type { Rule } from '../schema/schema.ts';
import type { Defaulted } from '../schema/static.ts';

/** The API group of every kind. */
export const group = 'neo4j.neo4j.com';
/** The version that the kinds are served and stored in. */
export const version = 'v1alpha1';

/** The metadata of an object, as far as it is read here. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
    readonly blockOwnerDeletion?: boolean;
  }[];
}

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
}

/** Where the scale subresource finds its numbers. */
export interface Scale {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath: string;
}

/** What a kind is made of. */
export interface KindParts<Name extends string, Spec extends TSchema, Status extends TSchema> {
  readonly kind: Name;
  readonly plural: string;
  readonly shortName: string;
  /** One sentence: what an object of the kind stands for. */
  readonly description: string;
  readonly columns: readonly Column[];
  readonly scale?: Scale;
  readonly spec: Spec;
  readonly status: Status;
  /** Rules that see the whole object. */
  readonly rules: readonly Rule<Defaulted<RootSchema<Name, Spec, Status>>>[];
}

type RootSchema<Name extends string, Spec extends TSchema, Status extends TSchema> = TObject<{
  apiVersion: TUnsafe<`${typeof group}/${typeof version}`>;
  kind: TUnsafe<Name>;
  metadata: TUnsafe<ObjectMeta>;
  spec: Spec;
  status: TOptional<Status>;
}>;

/**
 * A kind: its names and the one schema that its types, CRD, defaults, validation and reference are derived from. Its names are
 * those of a resource type in a controller toolkit.
 */
export interface Kind<S extends TSchema = TSchema> {
  readonly group: typeof group;
  readonly version: typeof version;
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly namespaced: true;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly scale?: Scale;
  readonly schema: S;
}

/** Puts a kind together. */
export function defineKind<Name extends string, Spec extends TSchema, Status extends TSchema>(
  parts: KindParts<Name, Spec, Status>,
): Kind<RootSchema<Name, Spec, Status>> {
  const { spec, status, rules, ...names } = parts;
  const root: RootSchema<Name, Spec, Status> = object(parts.description, {
    apiVersion: Unsafe<`${typeof group}/${typeof version}`>({
      type: 'string',
      description: `The group and version of this schema: ${group}/${version}.`,
    }),
    kind: Unsafe<Name>({ type: 'string', description: `The kind: ${parts.kind}.` }),
    metadata: Unsafe<ObjectMeta>({ type: 'object' }),
    spec,
    status: optional(status),
  });
  return { group, version, namespaced: true, ...names, schema: constrained(root, rules) };
}
