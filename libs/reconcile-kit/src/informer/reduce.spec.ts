import { describe, expect, it } from '@jest/globals';
import { reduce } from './reduce.ts';

describe('reduce', () => {
  const object = { metadata: { name: 'a', labels: { x: '1' } }, list: [{ a: 1 }], none: null };

  it('leaves a field out and changes nothing in the original', () => {
    expect(reduce(object, ['metadata', 'labels'])).toEqual({ ...object, metadata: { name: 'a' } });
    expect(object.metadata.labels).toEqual({ x: '1' });
  });

  it.each([[['nothing']], [['metadata', 'nothing', 'deeper']], [['list', '0']], [['none', 'x']], [[]]])(
    'gives an object without the field %j as it is',
    (path) => {
      expect(reduce(object, path)).toEqual(object);
    },
  );
});
