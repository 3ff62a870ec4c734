import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, objectKey, parseKey } from './key.ts';

describe('objectKey', () => {
  it('is the name, after the namespace if there is one', () => {
    expect(objectKey('n', 'w')).toBe('n/w');
    expect(objectKey(undefined, 'w')).toBe('w');
    expect(objectKey('', 'w')).toBe('w');
  });

  it('can be taken apart again', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9:.-]+$/);
    fc.assert(
      fc.property(fc.option(name, { nil: undefined }), name, (namespace, of) => {
        expect(parseKey(objectKey(namespace, of))).toEqual({ namespace, name: of });
      }),
    );
  });
});

describe('keyOf', () => {
  it('is the key of an object', () => {
    expect(keyOf({ metadata: { name: 'w', namespace: 'n' } })).toBe('n/w');
    expect(keyOf({ metadata: { name: 'w' } })).toBe('w');
  });
});
