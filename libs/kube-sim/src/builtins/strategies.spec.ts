import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ApiFailure, type FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import { apiVersionOf, type ResourceDefinition, type StrategyContext } from '../api/resource.ts';
import { builtinDefinitions } from './definitions.ts';

/** What the real server answered: to a creation, or to an update of `old`. */
interface Recorded {
  readonly object: SimObject;
  readonly old?: SimObject;
  readonly answer?: SimObject;
  readonly causes?: readonly FieldCause[];
  readonly message?: string;
}

const definitions = builtinDefinitions();
const uid = '00000000-0000-0000-0000-000000000001';
const recorded = readFileSync(new URL('strategies.recorded.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const context: StrategyContext = {
  nowMs: Date.parse('2026-11-28T18:00:00Z'),
  find: ({ plural }, _namespace, name) =>
    plural === 'serviceaccounts' && name === 'default'
      ? { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }
      : undefined,
  list: () => [],
};

function definitionOf({ apiVersion, kind }: SimObject): ResourceDefinition {
  const found = definitions.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
  if (found === undefined) throw new Error(`no ${apiVersion} ${kind}`);
  return found;
}

/** What the model makes of a request. */
function outcome({ object, old }: Recorded): Partial<Recorded> {
  const { strategy, namespaced } = definitionOf(object);
  const next = structuredClone(object);
  next.metadata.uid = uid;
  if (namespaced) next.metadata.namespace = 'default';
  try {
    strategy.applyDefaults?.(next);
    if (old === undefined) strategy.prepareForCreate?.(next, context);
    else strategy.prepareForUpdate?.(next, structuredClone(old), context);
  } catch (error) {
    if (error instanceof ApiFailure) return { message: error.message };
    throw error;
  }
  const causes = strategy.validate?.(next, old, context) ?? [];
  if (causes.length > 0) return { causes };
  const text = JSON.stringify(next).replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access-x');
  return { answer: JSON.parse(text) as SimObject };
}

function title({ object, old }: Recorded): string {
  const rest = { ...object, apiVersion: undefined, kind: undefined, metadata: undefined };
  const what = old === undefined ? rest : changed(rest, old);
  return `${object.kind} ${JSON.stringify(what).slice(0, 160)}`;
}

function changed(next: unknown, old: unknown): unknown {
  if (typeof next !== 'object' || next === null || typeof old !== 'object' || old === null) return next;
  const pairs = Object.entries(next).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify((old as Record<string, unknown>)[key]),
  );
  return Object.fromEntries(
    pairs.map(([key, value]) => [key, changed(value, (old as Record<string, unknown>)[key])]),
  );
}

/** Values that the server prints as structs of its own are not compared. */
function comparable(causes: readonly FieldCause[] | undefined, by: readonly FieldCause[]): unknown {
  return causes?.map((cause, index) => {
    const length = by[index]?.message.length ?? 0;
    return { ...cause, message: length === 30 ? cause.message.slice(0, 15) : cause.message };
  });
}

describe('Built-in kinds answer as the real server', () => {
  const named = (list: readonly Recorded[]): readonly (readonly [string, Recorded])[] =>
    list.map((one) => [title(one), one] as const);

  it.each(named(recorded.filter(({ answer }) => answer !== undefined)))('accepting %s', (_title, one) => {
    expect(outcome(one)).toEqual({ answer: one.answer });
  });

  it.each(named(recorded.filter(({ causes }) => causes !== undefined)))('refusing %s', (_title, one) => {
    const { causes = [] } = one;
    expect(comparable(outcome(one).causes, causes)).toEqual(comparable(causes, causes));
  });

  it.each(named(recorded.filter(({ message }) => message !== undefined)))(
    'not admitting %s',
    (_title, one) => {
      expect(outcome(one)).toEqual({ message: one.message });
    },
  );
});
