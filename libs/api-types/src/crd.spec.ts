import { describe, expect, it } from '@jest/globals';
import { customResourceDefinition, kinds, type Rule, type Schema } from './index.ts';

const largestCrdBytes = 256 * 1024;

describe.each(Object.values(kinds))('the CRD of $kind', (kind) => {
  it('is small enough for kubectl apply, which keeps a copy in an annotation', () => {
    const text = JSON.stringify(customResourceDefinition(kind));
    expect(Buffer.byteLength(text)).toBeLessThan(largestCrdBytes);
  });

  it('holds no word of ours and nothing that JSON cannot say', () => {
    const crd = customResourceDefinition(kind);
    expect(JSON.parse(JSON.stringify(crd))).toStrictEqual(crd);
    expect(JSON.stringify(crd)).not.toMatch(/"(form|keys|rules|remedy|check|checkChange)":/);
  });

  it('describes every field', () => {
    const silent = everyField(kind.schema).filter(([, schema]) => (schema.description ?? '') === '');
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('bounds every list, map and string that a user writes', () => {
    const unbounded = everyField(kind.schema)
      .filter(([path]) => path.startsWith('spec'))
      .filter(([, schema]) => !isBounded(schema));
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });

  it('says of every list how its items are told apart', () => {
    const lists = everyField(kind.schema).filter(([, { type }]) => type === 'array');
    expect(lists.filter(([, schema]) => schema['x-kubernetes-list-type'] === undefined)).toEqual([]);
  });

  it('asks for the old value in CEL exactly where our own rule does', () => {
    const rules = everyField(kind.schema).flatMap(([, schema]) => schema.rules ?? []);
    expect(rules.filter((rule) => rule.cel.includes('oldSelf') !== isTransition(rule))).toEqual([]);
  });
});

function everyField(schema: Schema, path = ''): readonly (readonly [string, Schema])[] {
  const nested = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    everyField(field, path === '' ? name : `${path}.${name}`),
  );
  const inside = schema.items ?? schema.additionalProperties;
  return [[path, schema], ...nested, ...(inside === undefined ? [] : everyField(inside, `${path}[]`))];
}

function isBounded(schema: Schema): boolean {
  if (schema.type === 'array') return schema.maxItems !== undefined;
  if (schema.additionalProperties !== undefined) return schema.maxProperties !== undefined;
  const text = schema.type === 'string' || schema['x-kubernetes-int-or-string'] === true;
  return !text || schema.enum !== undefined || schema.maxLength !== undefined;
}

function isTransition(rule: Rule): boolean {
  return 'checkChange' in rule;
}
