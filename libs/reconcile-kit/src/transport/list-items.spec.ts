import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKubeError } from '../core/errors.ts';
import { type ListEnvelope, ListScanner } from './list-items.ts';

describe('ListScanner', () => {
  it('gives what parsing the whole answer gives, however it is cut into chunks', () => {
    const item = fc.dictionary(
      fc.constantFrom('items', 'metadata', '"[', 'é', '\\'),
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constantFrom(']}', '"items":[', '\\"')),
      { maxKeys: 4 },
    );
    const list = fc.record({
      before: fc.constantFrom('items', '[', '"items":[{}]', '\\'),
      metadata: fc.record({ resourceVersion: fc.nat().map(String), items: fc.array(fc.nat()) }),
      items: fc.array(item, { maxLength: 6 }),
      after: fc.record({ items: fc.array(item, { maxLength: 2 }) }),
    });
    const indent = fc.constantFrom('', ' ', '\n');
    fc.assert(
      fc.property(list, indent, fc.integer({ min: 1, max: 40 }), (list, indent, chunkSize) => {
        const text = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', ...list }, undefined, indent);
        const whole = JSON.parse(text) as { items: unknown[] };
        const scanned = scan(text, chunkSize);
        expect(scanned.items).toEqual(whole.items);
        expect(scanned.envelope).toEqual({ ...whole, items: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('does not care in which order the fields come', () => {
    const { items, envelope } = scan(
      '{"items":[{"a":[1]},{"b":"]"}],"metadata":{"continue":"c"},"kind":"L","apiVersion":"v1"}',
    );
    expect(items).toEqual([{ a: [1] }, { b: ']' }]);
    expect(envelope.metadata.continue).toBe('c');
  });

  it('takes items of null as none', () => {
    expect(scan('{"kind":"PodList","apiVersion":"v1","metadata":{},"items":null}').items).toEqual([]);
  });

  it('gives an item as soon as it is complete', () => {
    const scanner = new ListScanner('GET /x');
    expect(scanner.push(Buffer.from('{"kind":"L","items":[{"a":1},{"b"'))).toHaveLength(1);
    expect(scanner.push(Buffer.from(':2}'))).toHaveLength(1);
  });

  it.each([
    ['an answer that was cut off in an item', '{"kind":"L","metadata":{},"items":[{"a":1},{"b"'],
    ['an answer that was cut off after the items', '{"kind":"L","metadata":{},"items":[{"a":1}]'],
    ['an empty answer', ''],
    ['another kind of object', '{"kind":"Status","metadata":{},"status":"Success"}'],
    ['items whose key is written with escapes', '{"kind":"L","metadata":{},"item\\u0073":[{"a":1}]}'],
    ['an item that is not an object', '{"kind":"L","metadata":{},"items":[1]}'],
    ['a page of HTML', '<html>'],
  ])('refuses %s', (_, text) => {
    let error: unknown;
    try {
      scan(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(isKubeError(error, 'MalformedResponse')).toBe(true);
  });
});

function scan(text: string, chunkSize = 1): { items: unknown[]; envelope: ListEnvelope } {
  const scanner = new ListScanner('GET /x');
  const bytes = Buffer.from(text);
  const items: unknown[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    for (const item of scanner.push(bytes.subarray(at, at + chunkSize))) {
      items.push(JSON.parse(Buffer.from(item).toString()));
    }
  }
  return { items, envelope: scanner.end() };
}
