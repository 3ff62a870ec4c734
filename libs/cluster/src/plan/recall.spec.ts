import { describe, expect, it } from '@jest/globals';
import { recall } from './recall.ts';

describe('what was worked out', () => {
  const counted = () => {
    let count = 0;
    return () => ++count;
  };

  it('is not worked out again from the same', () => {
    const remembered = recall<number>();
    const [about, input, work] = [{}, {}, counted()];
    expect(remembered(about, [input, ['1'].join(''), undefined], work)).toBe(1);
    expect(remembered(about, [input, '1', undefined], work)).toBe(1);
  });

  it('is worked out again when any input is another object, or says something else', () => {
    const remembered = recall<number>();
    const [about, work] = [{}, counted()];
    remembered(about, [{}, 'a'], work);
    const input = {};
    expect(remembered(about, [input, 'a'], work)).toBe(2);
    expect(remembered(about, [input, 'b'], work)).toBe(3);
    expect(remembered(about, [input, 'b', undefined], work)).toBe(4);
    expect(remembered(about, [input], work)).toBe(5);
  });

  it('belongs to one object, of which only the last is kept', () => {
    const remembered = recall<number>();
    const [one, other, work] = [{}, {}, counted()];
    expect(remembered(one, [1], work)).toBe(1);
    expect(remembered(other, [1], work)).toBe(2);
    expect(remembered(one, [2], work)).toBe(3);
    expect(remembered(one, [1], work)).toBe(4);
    expect(remembered(other, [1], work)).toBe(2);
  });
});
