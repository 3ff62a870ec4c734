import type { TObject } from 'typebox';
import type { ObjectMeta, Resource } from './meta.ts';
import { isRecord, withDefaults } from './schema/defaults.ts';
import type { FieldError } from './schema/field-error.ts';
import type { StateRule } from './schema/rule.ts';
import type { Schema } from './schema/schema.ts';
import type { Defaulted, Written } from './schema/static.ts';
import { validate } from './schema/validate.ts';

/** The API group of all kinds. */
export const group = 'neo4j.neo4j.com';

/** The version of all kinds. */
export const version = 'v1alpha1';

/** A column that `kubectl get` prints. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
}

/** The paths that make `kubectl scale` and autoscalers work on a kind. */
export interface ScaleSubresource {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath: string;
}

/** What a kind is called and how it is shown. */
export interface KindNames<Name extends string> {
  readonly kind: Name;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly columns: readonly PrinterColumn[];
  readonly scale?: ScaleSubresource;
}

/** One kind of the API: its names, its schema, and what is derived from the schema. */
export interface Kind<
  Name extends string = string,
  Stated = unknown,
  DefaultedObject = unknown,
> extends KindNames<Name> {
  /** The schema of the whole object, with rules. */
  readonly schema: Schema;
  /**
   * Fills in the defaults that the API server would fill in, and removes nulls as it does. The argument stays
   * as it is; defaulting twice changes nothing.
   */
  applyDefaults(object: Stated): DefaultedObject;
  /**
   * Checks the spec and the name by what the object alone tells. Defaults are applied first, so an object as the
   * user wrote it and one that the API server has stored get the same answer. Status is not looked at.
   *
   * @param object - anything; it need not have the right shape
   * @param old - the object before the change; absent on creation
   * @returns the faults in the order of the fields; empty when there are none. It never throws.
   */
  readonly validate: (object: unknown, old?: unknown) => readonly FieldError[];
}

/** The part of an object that rules about its name see. */
export interface Named {
  readonly metadata?: Pick<Partial<ObjectMeta>, 'name'>;
}

/** Makes a kind from the schemas of its spec and status. */
export function defineKind<Name extends string, Spec extends TObject, Status extends TObject>(
  names: KindNames<Name>,
  spec: Spec,
  status: Status,
  rules: readonly StateRule<Named>[] = [],
): Kind<
  Name,
  Resource<Name, Written<Spec>, Written<Status>>,
  Resource<Name, Defaulted<Spec>, Written<Status>>
> {
  const schema = objectSchema(names.description, spec, status, rules);
  return {
    ...names,
    schema,
    applyDefaults: (object) =>
      withDefaults(schema, object) as Resource<Name, Defaulted<Spec>, Written<Status>>,
    validate: (object, old) =>
      validate(schema, withDefaults(schema, withoutStatus(object)), withDefaults(schema, old), ''),
  };
}

function objectSchema(
  description: string,
  spec: Schema,
  status: Schema,
  rules: readonly StateRule<Named>[],
): Schema {
  return {
    type: 'object',
    description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: 'The group and version of this object.' },
      kind: { type: 'string', description: 'The kind of this object.' },
      metadata: { type: 'object', description: 'The standard metadata of an object.' },
      spec,
      status,
    },
    rules,
  };
}

/** Status is the operator's own: a fault in it must not keep a user from mending the spec. */
function withoutStatus(object: unknown): unknown {
  if (!isRecord(object)) return object;
  return Object.fromEntries(Object.entries(object).filter(([field]) => field !== 'status'));
}
