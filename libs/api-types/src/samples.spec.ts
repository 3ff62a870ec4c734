import { describe, expect, it } from '@jest/globals';
import { loadSamples, type Sample } from '../samples/load.ts';
import { kinds } from './index.ts';

describe.each(Object.values(kinds))('samples of $kind', (kind) => {
  const named = (verdict: 'valid' | 'invalid'): [string, Sample][] =>
    loadSamples(kind.singular, verdict).map((sample) => [sample.path, sample]);

  it.each(named('valid'))('%s is accepted', (_path, { object, old }) => {
    expect(kind.validate(object, old)).toEqual([]);
    if (old !== undefined) expect(kind.validate(old)).toEqual([]);
  });

  it.each(named('invalid'))(
    '%s is refused at the expected path',
    (_path, { object, old, expected, reason }) => {
      const errors = kind.validate(object, old);
      expect(errors.map(({ field }) => field)).toEqual(expected);
      expect(errors[0]?.reason).toBe(reason);
      if (old !== undefined) expect(kind.validate(old)).toEqual([]);
    },
  );

  it('break every rule at least once', () => {
    const samples = loadSamples(kind.singular, 'invalid');
    const broken = new Set(
      samples.flatMap(({ object, old }) => kind.validate(object, old).map(({ message }) => message)),
    );
    const unbroken = rulesOf(kind.schema).filter((rule) => !broken.has(rule.message));
    expect(unbroken.map((rule) => rule.cel)).toEqual([]);
  });
});

function rulesOf(schema: (typeof kinds)[string]['schema']): readonly { cel: string; message: string }[] {
  const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return [...(schema.rules ?? []), ...inner.flatMap((field) => (field === undefined ? [] : rulesOf(field)))];
}
