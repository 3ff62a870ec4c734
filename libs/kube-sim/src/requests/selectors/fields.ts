// Field selectors, as queries write them.
import { badRequest } from '../../api/failure.ts';
import type { ResourceDefinition } from '../../api/resource.ts';
import type { Stored } from '../../storage/stored.ts';
import { read } from '../versions.ts';
import type { Matcher } from './labels.ts';

/** One term: a field has a value, or has it not. */
interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** The selected name, if the selector asks for exactly one, and what else is to be tested. */
export interface FieldSelection {
  readonly name: string | undefined;
  readonly matches: Matcher<Stored> | undefined;
}

/**
 * Reads `metadata.name=a,status.phase!=Running`.
 *
 * @throws ApiFailure 400
 */
export function fieldSelection(text: string, definition: ResourceDefinition): FieldSelection {
  const terms = termsOf(text);
  for (const { field } of terms) requireKnown(field, definition);
  const name = terms.find(({ field, equal }) => field === 'metadata.name' && equal)?.value;
  if (terms.length === 0) return { name, matches: undefined };
  const valueOf = fieldReader(definition);
  const matches = (stored: Stored): boolean =>
    terms.every(({ field, equal, value }) => (valueOf(stored, field) === value) === equal);
  return { name, matches };
}

/** The values of an object that can be selected by; undefined if there are none beside name and namespace. */
export function selectableValues(
  definition: ResourceDefinition,
  object: Parameters<NonNullable<ResourceDefinition['strategy']['selectableFields']>[string]>[0],
): Readonly<Record<string, string>> | undefined {
  const { selectableFields } = definition.strategy;
  if (selectableFields === undefined) return undefined;
  const values: Record<string, string> = {};
  for (const [field, read] of Object.entries(selectableFields)) values[field] = read(object);
  return values;
}

function fieldReader(definition: ResourceDefinition): (stored: Stored, field: string) => string {
  return (stored, field) => {
    if (field === 'metadata.name') return stored.name;
    if (field === 'metadata.namespace') return stored.namespace ?? '';
    // A definition may have got the field after the object was written.
    return (
      stored.fields?.[field] ??
      definition.strategy.selectableFields?.[field]?.(read(definition, stored)) ??
      ''
    );
  };
}

function requireKnown(field: string, { custom, strategy }: ResourceDefinition): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  const more = strategy.selectableFields;
  if (more !== undefined && Object.hasOwn(more, field)) return;
  if (custom || more !== undefined) throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

function termsOf(text: string): readonly Term[] {
  return splitTerms(text)
    .filter((term) => term !== '' && term !== '=')
    .map((term) => {
      const found = /^((?:[^\\=!]|\\.|!(?!=))*?)(!=|==|=)(.*)$/s.exec(term);
      if (found === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator = '', value = ''] = found;
      return { field: unescaped(field), equal: operator !== '!=', value: unescaped(value) };
    });
}

function splitTerms(text: string): readonly string[] {
  if (!text.includes('\\')) return text.split(',');
  return text.match(/(?:[^\\,]|\\.|\\$)+/gs) ?? [];
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(.?)/gs, (sequence, escaped: string) => {
    if (escaped !== '' && '\\,='.includes(escaped)) return escaped;
    throw badRequest(`invalid field selector: invalid escape sequence: ${sequence}`);
  });
}
