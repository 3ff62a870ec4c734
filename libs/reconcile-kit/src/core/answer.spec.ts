import { describe, expect, it } from '@jest/globals';
import { isStored, parseJson } from './answer.ts';

const malformed: unknown = expect.objectContaining({ reason: 'MalformedResponse', request: 'GET /x' });

describe('parseJson', () => {
  it('reads exactly the bytes that it is given', () => {
    const bytes = new TextEncoder().encode('[{"ü":1}]').subarray(1, -1);
    expect(parseJson(bytes, 'GET /x')).toEqual({ ü: 1 });
  });

  it.each(['', '{', '<html>', 'null', '7', '"text"'])('does not take %j for an object', (text) => {
    expect(() => parseJson(new TextEncoder().encode(text), 'GET /x')).toThrow(malformed);
  });
});

describe('isStored', () => {
  const metadata = { name: 'a', uid: 'u', resourceVersion: '1' };

  it('holds for what has a name, an identity and a version', () => {
    expect(isStored({ metadata })).toBe(true);
  });

  it.each([
    [undefined],
    [null],
    [7],
    [[]],
    [{}],
    [{ metadata: null }],
    [{ metadata: { ...metadata, resourceVersion: '' } }],
    [{ metadata: { name: 'a', resourceVersion: '1' } }],
    [{ metadata: { uid: 'u', resourceVersion: '1' } }],
  ])('does not hold for %j', (value) => {
    expect(isStored(value)).toBe(false);
  });
});
