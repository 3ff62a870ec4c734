import { expect, it } from '@jest/globals';
import { Recent } from './recent.ts';

it('what was noted is remembered for a while, and apart from other things', () => {
  const recent = new Recent(1000);
  recent.note('a', 'refused', 0);
  expect(recent.get('a', 999)).toBe('refused');
  expect(recent.get('b', 999)).toBeUndefined();
  expect(recent.get('a', 1000)).toBeUndefined();
  recent.note('b', 'made', 1000);
  expect(recent.get('a', 0)).toBeUndefined();
});
