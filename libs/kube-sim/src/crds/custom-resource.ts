// How objects of a custom resource come to be and change.
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ScalePaths, Strategy } from '../api/resource.ts';
import { goJson, invalidValue } from '../schema/causes.ts';
import { createRuleChecker } from '../schema/cel.ts';
import { applySchemaDefaults } from '../schema/defaults.ts';
import { validateEmbedded } from '../schema/embedded.ts';
import { isRecord, isSameJson } from '../schema/json.ts';
import { validateListTypes } from '../schema/list-types.ts';
import { nowhere } from '../schema/scalars.ts';
import type { Schema } from '../schema/schema.ts';
import { validateSchema } from '../schema/validate.ts';

/** What a strategy of a custom resource is made from. */
export interface CustomResource {
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  readonly selectableFields: Strategy['selectableFields'];
}

/** The strategy of a custom resource. */
export function customResourceStrategy({
  schema,
  hasStatus,
  scale,
  selectableFields,
}: CustomResource): Strategy {
  const checkRules = createRuleChecker(schema);
  const isRuled = hasRules(schema);
  const withRules = (causes: FieldCause[], object: SimObject, old: SimObject | undefined): FieldCause[] => {
    if (!isRuled) return causes;
    // Metadata is looked at elsewhere; here it counts whether there is a name.
    return object.metadata.name === '' || causes.some(({ reason }) => blocking.has(reason))
      ? [...causes, rulesUnchecked]
      : [...causes, ...checkRules(object, old)];
  };
  const listTypes = (object: SimObject, old: SimObject | undefined): FieldCause[] => {
    const causes = validateListTypes(schema, object);
    if (causes.length === 0 || old === undefined) return causes;
    return validateListTypes(schema, old).length > 0 ? [] : causes;
  };
  return {
    applyDefaults: (object, isMerged) => {
      applySchemaDefaults(schema, object, isMerged);
    },
    prepareForCreate: (object) => {
      if (hasStatus) Reflect.deleteProperty(object, 'status');
    },
    prepareForUpdate: (next, old) => {
      if (!hasStatus) return;
      if (Object.hasOwn(old, 'status')) next['status'] = old['status'];
      else Reflect.deleteProperty(next, 'status');
    },
    validate: (object, old) =>
      withRules(
        [
          ...validateSchema(schema, object, old),
          ...(scale === undefined
            ? []
            : [...scaleSpecCauses(scale, object), ...scaleStatusCauses(scale, object)]),
          ...validateEmbedded(schema, object),
          ...listTypes(object, old),
        ],
        object,
        old,
      ),
    validateStatusUpdate: (object, old) =>
      withRules(
        [
          ...statusCauses(schema, object, old),
          ...(scale === undefined ? [] : scaleStatusCauses(scale, object)),
          ...listTypes(object, old),
        ],
        object,
        old,
      ),
    ...(hasStatus ? {} : { generationChanges: changesBesideMetadata }),
    ...(selectableFields === undefined ? {} : { selectableFields }),
    requiresVersionOnUpdate: true,
  };
}

/** What makes the server skip the rules: their types would not hold. */
const blocking = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const rulesUnchecked = invalidValue(
  nowhere,
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

function hasRules(schema: Schema): boolean {
  if ((schema['x-kubernetes-validations']?.length ?? 0) > 0) return true;
  const { additionalProperties: one } = schema;
  const children = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return children.some(hasRules) || (typeof one === 'object' && hasRules(one));
}

function statusCauses(schema: Schema, object: SimObject, old: SimObject): FieldCause[] {
  const part = schema.properties?.['status'];
  if (part === undefined || !Object.hasOwn(object, 'status')) return [];
  return validateSchema(part, object['status'], old['status'], 'status');
}

function changesBesideMetadata(next: SimObject, old: SimObject): boolean {
  return !isSameJson({ ...next, metadata: null }, { ...old, metadata: null });
}

const maxReplicas = 2 ** 31 - 1;

function scaleSpecCauses({ specReplicas }: ScalePaths, object: SimObject): FieldCause[] {
  return replicasCauses(specReplicas, object);
}

function scaleStatusCauses({ statusReplicas, labelSelector }: ScalePaths, object: SimObject): FieldCause[] {
  const causes = replicasCauses(statusReplicas, object);
  const selector = labelSelector === undefined ? undefined : at(object, labelSelector);
  if (selector !== undefined && labelSelector !== undefined) {
    const problem =
      'problem' in selector ? selector.problem : accessProblem(labelSelector, selector.value, 'string');
    if (problem !== undefined) causes.push(invalidValue(`.${labelSelector}`, '', problem));
  }
  return causes;
}

function replicasCauses(path: string, object: SimObject): FieldCause[] {
  const found = at(object, path);
  if (found === undefined) return [];
  const problem = 'problem' in found ? found.problem : accessProblem(path, found.value, 'int64');
  const wrong = (value: unknown, detail: string) => [invalidValue(`.${path}`, value, detail)];
  if (problem !== undefined) return wrong(0, problem);
  const replicas = 'value' in found ? (found.value as number) : 0;
  if (replicas < 0) return wrong(replicas, 'should be a non-negative integer');
  return replicas > maxReplicas ? wrong(replicas, `should be less than or equal to ${maxReplicas}`) : [];
}

/** The value at a plain path, or why there is no way to it. */
function at(
  object: SimObject,
  path: string,
): { readonly value: unknown } | { readonly problem: string } | undefined {
  let value: unknown = object;
  const names = path.split('.');
  for (const [index, name] of names.entries()) {
    if (value === null) return undefined;
    if (!isRecord(value)) {
      const problem = accessProblem(names.slice(0, index + 1).join('.'), value, 'map[string]interface{}');
      return problem === undefined ? undefined : { problem };
    }
    if (!Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return { value };
}

function accessProblem(path: string, value: unknown, expected: string): string | undefined {
  const type = goType(value);
  return type === expected
    ? undefined
    : `.${path} accessor error: ${goText(value)} is of the type ${type}, expected ${expected}`;
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean'
    ? 'bool'
    : typeof value === 'string'
      ? 'string'
      : 'map[string]interface {}';
}

/** As Go's %v prints it. */
function goText(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return typeof value === 'string' ? value : goJson(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${fields.join(' ')}]`;
}
