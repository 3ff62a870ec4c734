import { describe, expect, it } from '@jest/globals';
import { BoundedMap } from './bounded-map.ts';

describe('BoundedMap', () => {
  it('forgets what was not used for longest', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toStrictEqual([1, undefined, 3]);
  });

  it('keeps a value that has taken the place of the one to forget', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('a', 2);
    map.delete('a', 1);
    expect(map.get('a')).toBe(2);
    map.delete('a', 2);
    expect(map.get('a')).toBeUndefined();
  });
});
