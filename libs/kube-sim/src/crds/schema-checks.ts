// What a CRD's schema must keep to beside being structural: types, lists, rules.
import type { FieldCause } from '../api/failure.ts';
import { forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { createRuleCompiler, isFieldPath } from '../schema/cel.ts';
import type { Schema, ValidationRule } from '../schema/schema.ts';

/** What may differ on the way down. */
interface Place {
  readonly path: string;
  readonly isRoot?: boolean;
  /** Under anyOf and the like, where rules are not compiled. */
  readonly isBranch?: boolean;
  /** The place below which an old value cannot be told. */
  readonly lost?: string | undefined;
  readonly noDefault?: string | undefined;
}

/** What is wrong with rules is told after all else. */
interface Rules {
  readonly causes: FieldCause[];
  readonly compile: ReturnType<typeof createRuleCompiler>;
}

/**
 * What is wrong in a schema.
 *
 * @param withRules - also compiles the rules, which needs a structural schema
 */
export function schemaCauses(schema: Schema, path: string, withRules: boolean): FieldCause[] {
  const rules: Rules = { causes: [], compile: createRuleCompiler(schema) };
  const causes = check(schema, { path, isRoot: true }, withRules ? rules : undefined);
  return [...causes, ...rules.causes];
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const typeFields = new Set(['apiVersion', 'kind', 'metadata']);
const unsupported = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
] as const;

function check(schema: Schema, place: Place, rules: Rules | undefined): FieldCause[] {
  const { path } = place;
  const causes = keywordCauses(schema, place);
  const below = (child: Schema, at: string, change: Partial<Place> = {}): void => {
    causes.push(...check(child, { ...place, isRoot: false, ...change, path: `${path}.${at}` }, rules));
  };
  const { properties = {}, additionalProperties, items } = schema;
  if (typeof additionalProperties === 'object') below(additionalProperties, 'additionalProperties');
  const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
  for (const [key, child] of Object.entries(properties)) {
    const noDefault = place.isRoot === true && typeFields.has(key) ? `in top-level ${key}` : place.noDefault;
    below(child, `properties[${key}]`, { noDefault, lost: place.lost ?? (isAtomic ? path : undefined) });
  }
  if (schema.not !== undefined) below(schema.not, 'not', { isBranch: true });
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[key]?.forEach((child, index) => {
      below(child, `${key}[${index}]`, { isBranch: true });
    });
  }
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  if (items !== undefined && !Array.isArray(items)) {
    below(items, 'items', { lost: place.lost ?? (isMap ? undefined : path) });
  }
  causes.push(...listCauses(schema, path), ...ruleTextCauses(schema, path));
  if (rules !== undefined && causes.length === 0 && place.isBranch !== true)
    rules.causes.push(...ruleCauses(schema, place, rules));
  return causes;
}

function keywordCauses(schema: Schema, { path, noDefault }: Place): FieldCause[] {
  const causes: FieldCause[] = [];
  const { type } = schema as { readonly type?: string };
  if (type !== undefined && !types.includes(type)) causes.push(notSupported(`${path}.type`, type, types));
  if (schema.default !== undefined && noDefault !== undefined) {
    causes.push(forbidden(`${path}.default`, `must not be set ${noDefault}`));
  }
  for (const key of unsupported) {
    if (Object.hasOwn(schema, key)) causes.push(forbidden(`${path}.${key}`, `${key} is not supported`));
  }
  if (type === 'null') {
    causes.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items)) {
    causes.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  }
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    causes.push(forbidden(`${path}.uniqueItems`, why));
  }
  const { additionalProperties } = schema;
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (hasProperties && additionalProperties !== undefined && additionalProperties !== true) {
    const why = 'additionalProperties and properties are mutual exclusive';
    causes.push(forbidden(`${path}.additionalProperties`, why));
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    causes.push(
      invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'),
    );
  }
  return causes;
}

function listCauses(schema: Schema, path: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const { type, items } = schema;
  const mapType = schema['x-kubernetes-map-type'] as string | undefined;
  const listType = schema['x-kubernetes-list-type'] as string | undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const typed = (extension: string, wanted: string): void => {
    const why = `must be ${wanted} if x-kubernetes-${extension} is specified`;
    causes.push(type === undefined ? required(`${path}.type`, why) : invalidValue(`${path}.type`, type, why));
  };
  if (mapType !== undefined && type !== 'object') typed('map-type', 'object');
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular') {
    causes.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  if (listType !== undefined && type !== 'array') typed('list-type', 'array');
  else if (listType === 'set' && items !== undefined) causes.push(...setItemCauses(items, `${path}.items`));
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    causes.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const at = `${path}.x-kubernetes-list-type`;
    causes.push(listType === undefined ? required(at, why) : invalidValue(at, listType, why));
  }
  if (listType === 'map') causes.push(...mapCauses(keys, items, path));
  if (items?.nullable === true && (listType === 'map' || listType === 'set')) {
    causes.push(
      forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`),
    );
  }
  return causes;
}

function setItemCauses(items: Schema, path: string): FieldCause[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalidValue(`${path}.x-kubernetes-list-type`, listType, why)];
  }
  if (items.type !== 'object' || items['x-kubernetes-map-type'] === 'atomic') return [];
  return [invalidValue(`${path}.x-kubernetes-map-type`, listType ?? null, why)];
}

function mapCauses(keys: readonly string[], items: Schema | undefined, path: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) causes.push(required(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined) {
    return [...causes, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  }
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...causes, invalidValue(`${path}.items.type`, items.type ?? '', why)];
  }
  keys.forEach((key, index) => {
    const property = items.properties?.[key];
    const field = `${path}.items.properties[${key}]`;
    const isKey = 'this property is in x-kubernetes-list-map-keys, so it';
    if (property === undefined) {
      causes.push(invalidValue(at, keys, 'entries must all be names of item properties'));
    } else if (property.type === 'array' || property.type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      causes.push(invalidValue(`${field}.type`, 'object', why));
    }
    if (keys.indexOf(key) !== index)
      causes.push(invalidValue(at, keys, 'must not contain duplicate entries'));
    if (property !== undefined && property.default === undefined && items.required?.includes(key) !== true) {
      causes.push(required(`${field}.default`, `${isKey} must have a default or be a required property`));
    }
    if (property?.nullable === true)
      causes.push(forbidden(`${field}.nullable`, `${isKey} cannot be nullable`));
  });
  return causes;
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

function ruleTextCauses(schema: Schema, path: string): FieldCause[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((one, index) => {
    const causes: FieldCause[] = [];
    const at = `${path}.x-kubernetes-validations[${index}]`;
    const { message, messageExpression, reason, fieldPath } = one;
    const rule = (one as Partial<ValidationRule>).rule?.trim() ?? '';
    const words = message?.trim() ?? '';
    if (rule === '') causes.push(required(`${at}.rule`, 'rule is not specified'));
    else if (message !== undefined && message !== '' && words === '') {
      causes.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
    } else if (hasBreak(words)) {
      causes.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
    } else if (hasBreak(rule) && words === '') {
      causes.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'));
    }
    if (messageExpression !== undefined && messageExpression !== '' && messageExpression.trim() === '') {
      causes.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
    }
    if (reason !== undefined && !reasons.includes(reason))
      causes.push(notSupported(`${at}.reason`, reason, reasons));
    if (fieldPath !== undefined && fieldPath !== '' && !isFieldPath(schema, fieldPath)) {
      causes.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be a valid path'));
    }
    return causes;
  });
}

function hasBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}

function ruleCauses(schema: Schema, { path, lost }: Place, { compile }: Rules): FieldCause[] {
  return compile(schema).flatMap(({ rule, fault, messageFault, usesOldSelf }, index) => {
    const causes: FieldCause[] = [];
    const at = `${path}.x-kubernetes-validations[${index}]`;
    if (fault !== undefined) causes.push(wrongRule(`${at}.rule`, rule, fault));
    if (messageFault !== undefined) causes.push(wrongRule(`${at}.messageExpression`, rule, messageFault));
    if (usesOldSelf && lost !== undefined) {
      const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${lost}`;
      causes.push(invalidValue(`${at}.rule`, rule.rule, why));
    }
    if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const why = 'may not be set if oldSelf is not used in rule';
      causes.push(invalidValue(`${at}.optionalOldSelf`, rule.optionalOldSelf, why));
    }
    return causes;
  });
}

/** The server shows the rule as its own type has it. */
function wrongRule(field: string, rule: ValidationRule, detail: string): FieldCause {
  const {
    rule: Rule,
    message: Message = '',
    messageExpression: MessageExpression = '',
    reason: Reason = null,
  } = rule;
  const { fieldPath: FieldPath = '', optionalOldSelf: OptionalOldSelf = null } = rule;
  const shown = { Rule, Message, MessageExpression, Reason, FieldPath, OptionalOldSelf };
  const json = JSON.stringify(shown).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${json}: ${detail}`, field };
}
