import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ListScanner } from './list-items.ts';

function scan(text: string, size: number): { readonly items: unknown[]; readonly envelope: unknown } {
  const bytes = new TextEncoder().encode(text);
  const scanner = new ListScanner();
  const items: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const item of scanner.push(bytes.subarray(at, at + size))) {
      items.push(JSON.parse(new TextDecoder().decode(item)));
    }
  }
  return { items, envelope: scanner.end() };
}

describe('ListScanner', () => {
  it('gives the items and the rest of a List, however it is cut into chunks', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    const envelope = fc.record({
      kind: fc.constantFrom('PodList', 'items', '"items":[{'),
      metadata: fc.record({
        resourceVersion: fc.nat().map(String),
        continue: fc.string({ unit: 'binary' }),
        items: fc.jsonValue(),
      }),
    });
    const arbitrary = [
      envelope,
      fc.array(item),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom('', 1),
      fc.boolean(),
    ] as const;
    fc.assert(
      fc.property(...arbitrary, (rest, items, size, indent, itemsFirst) => {
        const list = itemsFirst ? { items, ...rest } : { ...rest, items };
        const text = JSON.stringify(list, undefined, indent);
        const expected = JSON.parse(text) as { items: unknown[] };
        expect(scan(text, size)).toEqual({ items: expected.items, envelope: { ...expected, items: [] } });
      }),
      { numRuns: 300 },
    );
  });

  it('takes a List without items', () => {
    expect(scan('{"kind":"PodList","items":null}', 4)).toEqual({
      items: [],
      envelope: { kind: 'PodList', items: null },
    });
  });

  it('refuses a List that broke off', () => {
    expect(() => scan('{"kind":"PodList","items":[{"a":1},{"b"', 5)).toThrow(SyntaxError);
  });
});
