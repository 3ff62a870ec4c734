import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatParts, hashOf, hashParts, parseParts } from './hash.ts';

describe('a hash', () => {
  it('does not depend on the order of keys, and does on everything else', () => {
    expect(hashOf({ a: 1, b: { c: 2, d: 3 } })).toBe(hashOf({ b: { d: 3, c: 2 }, a: 1 }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
    expect(hashOf(['a', 'b'])).not.toBe(hashOf(['b', 'a']));
  });
});

describe('hashes of parts', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,9}$/), fc.array(fc.string()), { minKeys: 1 }),
        (parts) => {
          const hashes = hashParts(parts);

          expect(parseParts(formatParts(hashes))).toEqual(hashes);
        },
      ),
    );
  });

  it.each([undefined, '', 'nonsense', 'env=12', 'env=0123456789abcdef,'])('are not read from %j', (text) => {
    expect(parseParts(text)).toBeUndefined();
  });
});
