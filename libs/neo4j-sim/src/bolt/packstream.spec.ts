import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimValue } from '../contract.ts';
import { decodeStructure, decodeValue, encodeStructure, encodeValue, PackStreamError } from './packstream.ts';

const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const { value } = fc.letrec<{ value: SimValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    integer,
    fc.bigInt({ min: -200n, max: 200n }),
    fc.double(),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 40, noNullPrototype: true }),
  ),
}));

function bytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('PackStream', () => {
  it('reads what it has written, whatever it is', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(decodeValue(encodeValue(one))).toEqual(one);
      }),
    );
  });

  it('gives every integer the shortest form', () => {
    fc.assert(
      fc.property(integer, (one) => {
        const fits = (bits: bigint): boolean => one >= -(2n ** (bits - 1n)) && one < 2n ** (bits - 1n);
        const expected = one >= -16n && one <= 127n ? 1 : fits(8n) ? 2 : fits(16n) ? 3 : fits(32n) ? 5 : 9;
        expect(encodeValue(one)).toHaveLength(expected);
      }),
    );
  });

  it.each([0, 15, 16, 255, 256, 65_535, 65_536])('takes texts, lists and maps of %d', (size) => {
    const text = 'é'.repeat(size);
    expect(decodeValue(encodeValue(text))).toBe(text);
    const list = Array.from({ length: size }, (_, index) => BigInt(index));
    expect(decodeValue(encodeValue(list))).toEqual(list);
    const map = Object.fromEntries(list.map((one) => [`key ${one}`, one]));
    expect(decodeValue(encodeValue(map))).toEqual(map);
  });

  it.each<[SimValue, string]>([
    [1n, '01'],
    [-17n, 'c8 ef'],
    [128n, 'c9 0080'],
    [1.1, 'c1 3ff199999999999a'],
    ['A', '81 41'],
    [[1n, 2n], '92 01 02'],
    [{ a: null }, 'a1 81 61 c0'],
    [new Date(1_500), 'b3 49 01 ca 1dcd6500 00'],
    [new Date(-1), 'b3 49 ff ca 3b8b87c0 00'],
  ])('writes %p as %s', (one, expected) => {
    expect(encodeValue(one).toString('hex')).toBe(expected.replaceAll(' ', ''));
  });

  it('reads a date whose zone has a name as the moment that it is', () => {
    const written = encodeStructure({ tag: 0x69, fields: [1n, 500_000_999n, 'Europe/Stockholm'] });
    expect(decodeValue(written)).toEqual(new Date(1_500));
  });

  it('keeps a message as its tag and fields', () => {
    const message = { tag: 0x10, fields: ['RETURN 1', {}, { db: 'neo4j' }] };
    expect(decodeStructure(encodeStructure(message))).toEqual(message);
  });

  it.each([
    ['nothing', ''],
    ['a text that is cut off', '82 41'],
    ['bytes too many', '01 01'],
    ['a marker that is not used', 'c7'],
    ['a byte array, which has no place in a value here', 'cc 01 00'],
    ['a point', 'b3 58 01 c1 0000000000000000 c1 0000000000000000'],
    ['a date without seconds', 'b3 49 c0 00 00'],
    ['a date beyond the range of Date', 'b3 49 cb 7fffffffffffffff 00 00'],
    ['a map with a number as key', 'a1 01 01'],
    ['a list that claims more than there is', 'd6 ffffffff 01'],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeValue(bytes(text))).toThrow(PackStreamError);
  });

  it('refuses a message that is no structure', () => {
    expect(() => decodeStructure(bytes('01'))).toThrow(PackStreamError);
  });

  it('does not write what is no value of the protocol', () => {
    expect(() => encodeValue(2n ** 63n)).toThrow(RangeError);
    expect(() => encodeValue(new Date(NaN))).toThrow(RangeError);
  });
});
