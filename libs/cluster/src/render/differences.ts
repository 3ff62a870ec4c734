// What would need a restart to become true of a server, in the words of the user, and who wants it.
import type { DefaultedNeo4jEnterpriseClusterSpec } from '@neo4j-operator/api-types';
import { ownerOf } from '@neo4j-operator/neo4j-admin';
import type { AskedPart } from './asked.ts';
import { configField } from './field-errors.ts';
import type { PartHashes } from './hash.ts';
import type { TemplatePart } from './template-parts.ts';

/** What would need a restart to become true of a server, and is therefore not in its template. */
export interface RestartDifference {
  /** As the user knows it: `spec.resources`, `spec.config[db.x]`, or the key of the setting if the operator's defaults changed. */
  readonly field: string;
  /** Who wants it: the spec was changed, or the operator's own defaults were. */
  readonly cause: 'spec' | 'operator';
}

/** What was asked for when the template was written, and what is now. */
interface Asked {
  readonly asked: PartHashes<AskedPart>;
  /** As it was when the template was written; undefined if nobody has noted it. */
  readonly recorded: ReadonlyMap<string, string> | undefined;
}

/** What was found. */
export interface DifferenceInput extends Asked {
  readonly spec: DefaultedNeo4jEnterpriseClusterSpec;
  readonly isOtherImage: boolean;
  /** Settings that wait for another version. */
  readonly postponed: readonly string[];
  /** Settings that stay as they are until a restart. */
  readonly held: readonly string[];
  /** Parts of the template that stay as they are until a restart. */
  readonly changed: readonly TemplatePart[];
}

/** The differences, each field once, in alphabetical order. */
export function restartDifferences(input: DifferenceInput): readonly RestartDifference[] {
  const found = [
    ...(input.isOtherImage ? [spec('spec.image')] : []),
    ...input.postponed.map((key) => spec(configField(key))),
    ...input.held.flatMap((key) => settingDifferences(key, input)),
    ...input.changed.map((part) => partDifference(part, input)),
  ];
  const byField = new Map(found.map((difference) => [difference.field, difference]));
  return [...byField.values()].toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

/**
 * What is noted as asked for with a template that is written now: of what is not true yet, what was noted before. Otherwise nobody would
 * know at the next pass that the user wants it.
 */
export function stillPending({
  asked,
  recorded,
  differences,
}: Asked & { readonly differences: readonly RestartDifference[] }): ReadonlyMap<string, string> {
  if (recorded === undefined) return asked;
  const waiting = new Set(differences.filter(({ cause }) => cause === 'spec').map(({ field }) => field));
  const isWaiting = (part: AskedPart) =>
    part === 'config'
      ? [...waiting].some((field) => field.startsWith('spec.config['))
      : waiting.has(partFields[part]);
  return new Map(
    [...asked].map(([part, hash]) => [part, isWaiting(part) ? (recorded.get(part) ?? hash) : hash]),
  );
}

/** The fields of what is asked for; settings have one each. */
const partFields: Readonly<Record<Exclude<AskedPart, 'config'>, string>> = {
  env: 'spec.env',
  licence: 'spec.acceptLicenseAgreement',
  memory: 'spec.memory',
  pullPolicy: 'spec.image.pullPolicy',
  pullSecrets: 'spec.image.pullSecrets',
  resources: 'spec.resources',
};

/** What the user calls the rest of a template, which only the operator decides. */
const restOfTemplate = 'the template of the pod';

function settingDifferences(key: string, input: DifferenceInput): readonly RestartDifference[] {
  if (memorySettings.has(key)) {
    const parts = (['memory', 'resources'] as const).filter((part) => isAskedAnew(part, input));
    return parts.length === 0 ? [operator(key)] : parts.map((part) => spec(partFields[part]));
  }
  const isUsers = Object.hasOwn(input.spec.config ?? {}, key);
  // A setting that is in the spec no longer goes back to a default.
  const mayBeUsers = isUsers || ownerOf(key).owner === 'user';
  return mayBeUsers && (isAskedAnew('config', input) || isLimit(key))
    ? [spec(configField(key))]
    : [operator(key)];
}

/** The only ones of class `live` that can be held back, see keep-settings.ts. */
function isLimit(key: string): boolean {
  return key.includes('.memory.transaction.');
}

const memorySettings: ReadonlySet<string> = new Set([
  'server.memory.heap.initial_size',
  'server.memory.heap.max_size',
  'server.memory.pagecache.size',
]);

function partDifference(part: TemplatePart, input: DifferenceInput): RestartDifference {
  switch (part) {
    case 'image':
      return spec('spec.image');
    case 'rest':
      return operator(restOfTemplate);
    case 'env':
    case 'licence':
    case 'pullPolicy':
    case 'pullSecrets':
    case 'resources': {
      const field = partFields[part];
      return isAskedAnew(part, input) ? spec(field) : operator(field);
    }
    default:
      return part satisfies never;
  }
}

function isAskedAnew(part: AskedPart, { asked, recorded }: Asked): boolean {
  return recorded?.get(part) !== asked.get(part);
}

function spec(field: string): RestartDifference {
  return { field, cause: 'spec' };
}

function operator(field: string): RestartDifference {
  return { field, cause: 'operator' };
}
