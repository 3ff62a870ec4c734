import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc32 } from './checksum.ts';
import { emptyHistory, emptyPoolHistory } from './empty.ts';
import { decodeHistory, encodeHistory } from './encoding.ts';
import { HistoryError } from './error.ts';
import { applied, fullPool, ofPool, someFit, someRecord, start, steps } from './history.spec-helper.ts';
import type { History, PoolHistory } from './types.ts';

const headerLength = 9;
const full = fullPool();
const fullBytes = encodeHistory(ofPool(full));

/** With the length and the checksum that its content ought to have. */
function framed(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerLength + content.length + 4);
  bytes.set(encodeHistory(emptyHistory()).subarray(0, headerLength));
  bytes.set(content, headerLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(5, content.length, true);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

function contentOf(bytes: Uint8Array): Uint8Array {
  return bytes.slice(headerLength, -4);
}

function withZero(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer;
}

function failure(act: () => unknown): HistoryError {
  try {
    act();
  } catch (error) {
    if (error instanceof HistoryError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

/** Either the one encoding of some history, or an error that says what it is. */
function expectSound(bytes: Uint8Array): void {
  let history: History;
  try {
    history = decodeHistory(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(HistoryError);
    return;
  }
  expect(encodeHistory(history)).toEqual(bytes);
}

describe('an encoded history', () => {
  test('is read as it was', () => {
    fc.assert(
      fc.property(
        steps,
        steps,
        fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        (one, other, at) => {
          const primaries = { ...applied(one, (pool) => pool), blindSince: at ?? undefined };
          const secondaries = applied(other, (pool) => pool);
          const history: History = {
            version: 1,
            evaluatedAt: start + 0.5,
            pools: { primaries, secondaries },
          };
          expect(decodeHistory(encodeHistory(history))).toEqual(history);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('of a cluster without pools is a few bytes', () => {
    expect(decodeHistory(encodeHistory(emptyHistory()))).toEqual(emptyHistory());
    expect(encodeHistory(emptyHistory())).toHaveLength(16);
  });

  test('of a full pool is about 130 KB', () => {
    expect([full.raw.values.length, full.demand.map(({ series }) => series.values.length)]).toEqual([
      7200,
      [8064, 8064, 8064],
    ]);
    expect(fullBytes.length).toBeLessThanOrEqual(135_000);
    expect(Buffer.from(encodeHistory(decodeHistory(fullBytes))).equals(fullBytes)).toBe(true);
  });

  test('leaves out the fit, not when it was made', () => {
    const [demand] = ofSmall().demand;
    if (demand === undefined) throw new Error('There is no series.');
    const history = ofPool({
      ...emptyPoolHistory(),
      demand: [{ ...demand, fit: someFit, fitted: someRecord }],
    });
    expect(decodeHistory(encodeHistory(history)).pools.secondaries?.demand).toEqual([
      { ...demand, fit: undefined, fitted: someRecord },
    ]);
  });

  test('may lie anywhere in a larger buffer', () => {
    const bytes = encodeHistory(ofPool(ofSmall()));
    const larger = new Uint8Array(bytes.length + 13);
    larger.set(bytes, 7);
    expect(decodeHistory(larger.subarray(7, 7 + bytes.length))).toEqual(ofPool(ofSmall()));
  });

  test('keeps its form: what is written today can be read tomorrow', () => {
    const pool: PoolHistory = {
      recommendations: [{ time: 1000, replicas: 300 }],
      events: [{ time: 1000, change: -2 }],
      raw: { names: ['cpu'], times: Float64Array.of(1000), values: Float32Array.of(NaN) },
      demand: [
        {
          metric: 'q',
          series: { start: 300_000, step: 300_000, values: Float32Array.of(1.5) },
          open: { start: 600_000, sum: 2, count: 1 },
          fitted: undefined,
          fit: undefined,
        },
      ],
      joins: [{ server: 's', createdAt: 5, duration: 7 }],
      blindSince: undefined,
      lastChange: { time: 9, from: 3, to: 5, completedAt: undefined },
    };
    const hex = Buffer.from(encodeHistory(ofPool(pool))).toString('hex');
    expect(hex).toBe(
      '4e3441480142000000010000943e42777942000101e80701ac0201e8070103010363707501e807010000c07f01' +
        '017101010000c03f01000000000000004001000101730507000109030500cb5efb16',
    );
  });
});

describe('bytes that are no history', () => {
  const bytes = fullBytes;

  test.each<[string, Uint8Array, string]>([
    ['something else', new TextEncoder().encode('{"version":1}'), 'NotAHistory'],
    ['nothing at all', undefined as never, 'NotAHistory'],
    ['text', 'N4AH' as never, 'NotAHistory'],
    ['of another version', bytes.with(4, 2), 'UnknownVersion'],
    ['nothing', new Uint8Array(), 'Truncated'],
    ['the beginning of a header', bytes.slice(0, 6), 'Truncated'],
    ['without the last byte', bytes.slice(0, -1), 'Truncated'],
    ['with one more byte', withZero(bytes), 'Corrupt'],
    ['with one bit changed', bytes.with(5000, (bytes[5000] ?? 0) ^ 1), 'Corrupt'],
    ['that say to be 4 GB long', bytes.slice().fill(0xff, 5, 9), 'Corrupt'],
    ['whose content is cut', framed(contentOf(bytes).slice(0, -1)), 'Corrupt'],
    ['whose content goes on', framed(withZero(contentOf(bytes))), 'Corrupt'],
  ])('%s are refused with the reason and a remedy', (_, wrong, reason) => {
    const error = failure(() => decodeHistory(wrong));
    expect(error.reason).toBe(reason);
    expect(error.remedy).toContain('Begin with an empty history');
    expect(error.message).toContain(error.remedy);
  });

  test('whatever they are, give a typed error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectSound), { numRuns: 300 });
  });

  test('with a right frame around them, give a typed error or the history that they are', () => {
    const pools = [emptyPoolHistory(), ofSmall(), ofSmall()];
    const contents = pools.map((pool) => contentOf(encodeHistory(ofPool(pool))));
    const edit = fc.record({
      at: fc.nat(),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
    });
    const edited = fc
      .tuple(fc.constantFrom(...contents), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(3))
      .map(([content, edits, cut]) => {
        const changed = content.slice(0, content.length - cut);
        for (const { at, byte } of edits) changed[at % changed.length] = byte;
        return framed(changed);
      });
    fc.assert(fc.property(edited, expectSound), { numRuns: 1000 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }).map(framed), expectSound), { numRuns: 500 });
  });

  test('never come through with any one bit flipped', () => {
    const small = encodeHistory(ofPool(ofSmall()));
    for (let bit = 0; bit < small.length * 8; bit += 1) {
      const at = Math.floor(bit / 8);
      const flipped = small.with(at, (small[at] ?? 0) ^ (1 << (bit % 8)));
      expect(failure(() => decodeHistory(flipped)).reason).not.toBe('OutOfBounds');
    }
  });

  test('that ask for more than they hold get nothing allocated', () => {
    // Present: secondaries, with no entries but for 23,040 raw values that are not there.
    const asking = Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80, 0xb4, 0x01);
    expect(failure(() => decodeHistory(framed(asking))).message).toContain('the end comes too early');
    const absurd = Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(failure(() => decodeHistory(framed(absurd))).message).toContain('not within 0 and 23040');
  });
});

describe('a history that could not be read back', () => {
  const pool = emptyPoolHistory();
  const entry = { time: 1000, replicas: 3 };
  const series = { start: 0, step: 300_000, values: Float32Array.of(1) };
  const demand = { metric: 'm', series, open: undefined, fitted: undefined, fit: undefined };

  test.each<[string, Partial<PoolHistory>]>([
    ['more entries than are allowed', { recommendations: Array.from({ length: 1025 }, () => entry) }],
    ['times that go back', { recommendations: [entry, { time: 999, replicas: 3 }] }],
    ['a time with a fraction', { recommendations: [{ time: 0.5, replicas: 3 }] }],
    ['a time that is NaN', { blindSince: NaN }],
    ['a negative count', { recommendations: [{ time: 1000, replicas: -3 }] }],
    [
      'a row that is not complete',
      { raw: { names: ['cpu'], times: Float64Array.of(1), values: new Float32Array() } },
    ],
    [
      'an infinite value',
      { demand: [{ ...demand, series: { ...series, values: Float32Array.of(Infinity) } }] },
    ],
    ['another step', { demand: [{ ...demand, series: { ...series, step: 60_000 } }] }],
    ['a gap before the open bucket', { demand: [{ ...demand, open: { start: 600_000, sum: 1, count: 1 } }] }],
    ['a name with half a character', { demand: [{ ...demand, metric: '\ud800' }] }],
    ['a name of more than 1024 bytes', { demand: [{ ...demand, metric: 'm'.repeat(1025) }] }],
  ])('is not written: %s', (_, wrong) => {
    expect(failure(() => encodeHistory(ofPool({ ...pool, ...wrong }))).reason).toBe('OutOfBounds');
  });
});

test('the checksum is CRC-32', () => {
  // The check value of the catalogue of parametrised CRC algorithms.
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcb_f4_39_26);
});

/** One of everything. */
function ofSmall(): PoolHistory {
  const { recommendations, events, raw, demand, joins, lastChange } = full;
  return {
    recommendations: recommendations.slice(-2),
    events: events.slice(-2),
    raw: { names: raw.names.slice(0, 2), times: raw.times.slice(0, 2), values: raw.values.slice(0, 4) },
    demand: demand.slice(0, 1).map((each) => ({
      ...each,
      series: { ...each.series, values: each.series.values.slice(0, 3) },
      open: { start: each.series.start + 3 * each.series.step, sum: 1, count: 1 },
      fitted: someRecord,
    })),
    joins: joins.slice(-2),
    blindSince: start,
    lastChange,
  };
}
