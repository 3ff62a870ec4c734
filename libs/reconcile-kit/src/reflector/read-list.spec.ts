import { describe, expect, it } from '@jest/globals';
import { ListScanner } from '../transport/list-items.ts';
import { pod, podList } from './pods.spec-helper.ts';
import { pageOf, parseItem } from './read-list.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function page(value: unknown): ReturnType<typeof pageOf> {
  const scanner = new ListScanner();
  scanner.push(bytes(value));
  return pageOf(scanner, 'GET /pods');
}

const malformed: unknown = expect.objectContaining({ reason: 'MalformedResponse' });

describe('pageOf', () => {
  it('knows the version, and whether there is more', () => {
    expect(page(podList(5, [pod('a', 3)], 'more'))).toEqual({ resourceVersion: '5', next: 'more' });
    expect(page(podList(5, []))).toEqual({ resourceVersion: '5', next: undefined });
  });

  it.each([
    ['nothing', {}],
    ['a single object', pod('a', 3)],
    ['a list without a version', { metadata: {}, items: [] }],
    ['a list whose items are missing', { metadata: { resourceVersion: '5' }, items: null }],
  ])('does not take %s for an empty page', (_, value) => {
    expect(() => page(value)).toThrow(malformed);
  });
});

describe('parseItem', () => {
  it('takes objects, and nothing else', () => {
    expect(parseItem(bytes(pod('a', 3)), 'GET /pods')).toEqual(pod('a', 3));
    expect(() => parseItem(bytes({}), 'GET /pods')).toThrow(malformed);
  });
});
