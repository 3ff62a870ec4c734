// What neo4j-admin says of a model of a server, in terms of the spec that the model was made of.
import {
  type DefaultedNeo4jEnterpriseClusterSpec,
  type FieldError,
  neo4jEnterpriseCluster,
  type Schema,
} from '@neo4j-operator/api-types';
import { type ConfigurationReason, type FieldProblem, ownerOf } from '@neo4j-operator/neo4j-admin';
import { containerMemory } from './memory.ts';

type ClusterSpec = DefaultedNeo4jEnterpriseClusterSpec;

/** The problem as a fault of a field of the spec. */
export function fieldErrorOf(problem: FieldProblem, spec: ClusterSpec): FieldError {
  const { setting, reason } = problem;
  const place = placeOf(setting, spec);
  return {
    ...place,
    reason: fieldReasons[reason] ?? 'Invalid',
    ...clauses(problem),
  };
}

/** The path of a setting of the user. */
export function configField(key: string): string {
  return `spec.config[${key}]`;
}

function placeOf(setting: string, spec: ClusterSpec): Pick<FieldError, 'field' | 'value'> {
  const config = spec.config ?? {};
  if (Object.hasOwn(config, setting)) return { field: configField(setting), value: config[setting] };
  switch (setting) {
    case 'memory.container': {
      const { field, said } = containerMemory(spec);
      return { field, ...(said === undefined ? {} : { value: said }) };
    }
    case 'memory.heap':
    case 'memory.initialHeap':
      return { field: 'spec.memory.heap', ...valued(spec.memory?.heap) };
    case 'memory.pageCache':
      return { field: 'spec.memory.pageCache', ...valued(spec.memory?.pageCache) };
    case 'initial.dbms.default_database':
      return { field: 'spec.topology.defaultDatabase.name', value: spec.topology.defaultDatabase.name };
    default:
      return { field: configField(setting) };
  }
}

function valued(value: string | undefined): Pick<FieldError, 'value'> {
  return value === undefined ? {} : { value };
}

/** The others are `Invalid`. */
const fieldReasons: Partial<Readonly<Record<ConfigurationReason, FieldError['reason']>>> = {
  OwnedByOperator: 'Forbidden',
  Duplicate: 'Duplicate',
  Unknown: 'UnknownField',
};

/** What is wrong and what to do, which a problem says in one sentence that begins with the name of the setting. */
function clauses({ setting, reason, message }: FieldProblem): Pick<FieldError, 'message' | 'remedy'> {
  switch (reason) {
    case 'OwnedByOperator':
      return { message: 'follows from the rest of the spec', remedy: insteadOf(setting) };
    case 'WrongValue': {
      const [what, form] = splitAt(message, ', but has to be ');
      if (form !== undefined) return { message: 'is no value of this setting', remedy: `write ${form}` };
      return { message: withoutName(what, setting), remedy: 'choose another one' };
    }
    case 'Renamed':
      return { message: withoutName(message, setting), remedy: 'use that name' };
    default: {
      const [what, remedy = 'remove it'] = splitAt(message, ': ');
      return { message: withoutName(what, setting), remedy: insteadOfOwned(remedy) };
    }
  }
}

function splitAt(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function withoutName(text: string, name: string): string {
  const lead = [`${name} `, `${JSON.stringify(name)} `].find((prefix) => text.startsWith(prefix));
  return lead === undefined ? text : text.slice(lead.length);
}

/** The new name of an old setting may be one that the user cannot set. */
function insteadOfOwned(remedy: string): string {
  const names = remedy.match(/[a-z][a-z0-9_]*(\.[a-z0-9_]+)+/g) ?? [];
  const owned = names.find((name) => ownerOf(name).owner === 'operator');
  return owned === undefined ? remedy : insteadOf(owned);
}

/** Models have parts that a spec cannot say anything about. */
function insteadOf(setting: string): string {
  const owner = ownerOf(setting);
  const instead = owner.owner === 'operator' ? owner.instead : '';
  if (isField(instead)) return `remove it and set spec.${instead}`;
  return instead.includes(' ') ? `remove it: ${instead}` : 'remove it: it cannot be chosen';
}

function isField(path: string): boolean {
  const spec: Schema | undefined = neo4jEnterpriseCluster.schema.properties?.['spec'];
  const found = path
    .split('.')
    .reduce<Schema | undefined>((schema, field) => schema?.properties?.[field], spec);
  return found !== undefined;
}
