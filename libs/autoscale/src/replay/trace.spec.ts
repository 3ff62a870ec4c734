import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { TraceError, type TraceErrorReason, type TraceOptions, readTrace } from './trace.ts';

const noon = Date.UTC(2024, 4, 1, 12);

function read(text: string, options?: TraceOptions): { times: number[]; values: number[] } {
  const { times, values } = readTrace(text, options);
  return { times: [...times], values: [...values] };
}

function failure(
  text: string,
  options?: TraceOptions,
): { reason: TraceErrorReason; line: number | undefined; message: string } {
  try {
    readTrace(text, options);
  } catch (error) {
    if (error instanceof TraceError)
      return { reason: error.reason, line: error.line, message: error.message };
    throw error;
  }
  throw new Error('it was read');
}

describe('times', () => {
  test.each([
    ['ISO with a zone', '2024-05-01T14:00:00+02:00'],
    ['ISO with a zone without minutes', '2024-05-01T14:00:00+02'],
    ['ISO with Z and a fraction', '2024-05-01T12:00:00.000Z'],
    ['ISO without a zone, as UTC', '2024-05-01T12:00:00'],
    ['date and time with a space', '2024-05-01 12:00:00'],
    ['date and time without seconds', '2024-05-01 12:00'],
    ['slashes', '2024/05/01 12:00:00'],
    ['with UTC behind', '2024-05-01 12:00:00 UTC'],
    ['seconds since 1970', String(noon / 1000)],
    ['seconds with a fraction', `${noon / 1000}.0`],
    ['milliseconds', String(noon)],
    ['microseconds', String(noon * 1000)],
    ['nanoseconds', `${noon}000000`],
  ])('reads %s', (_, cell) => {
    expect(read(`time,value\n${cell},1\n2024-05-02,2`).times[0]).toBe(noon);
  });

  test('one column has one unit, told by its largest number', () => {
    const milliseconds = read('time,value\n0,1\n1714564800000,2');
    expect(milliseconds.times).toEqual([0, noon]);
  });

  test.each(['2024-02-30 12:00', '2024-05-01 25:00', '05/01/2024', 'soon', ''])(
    'refuses %j with its line',
    (cell) => {
      expect(failure(`time,value\n2024-05-01,1\n${cell},2`)).toMatchObject({ reason: 'BadTime', line: 3 });
    },
  );
});

describe('columns', () => {
  const expected = { times: [noon, noon + 60_000], values: [3, 4] };

  test.each([
    ['comma', 'timestamp,value\n2024-05-01T12:00:00Z,3\n2024-05-01T12:01:00Z,4\n'],
    ['semicolon', 'timestamp;value\n2024-05-01T12:00:00Z;3\n2024-05-01T12:01:00Z;4\n'],
    ['tab', 'timestamp\tvalue\n2024-05-01T12:00:00Z\t3\n2024-05-01T12:01:00Z\t4\n'],
    ['no names', '2024-05-01T12:00:00Z,3\n2024-05-01T12:01:00Z,4'],
    ['no names and numbers for times', `${noon / 1000},3\n${noon / 1000 + 60},4`],
    ['other names', 'ds,y\n2024-05-01T12:00:00Z,3\n2024-05-01T12:01:00Z,4'],
    ['value before time', 'requests,Time\n3,2024-05-01T12:00:00Z\n4,2024-05-01T12:01:00Z'],
    ['unknown names', 'wann,wieviel\n2024-05-01T12:00:00Z,3\n2024-05-01T12:01:00Z,4'],
    ['a column of text beside', 'time,host,hits\n2024-05-01T12:00:00Z,a,3\n2024-05-01T12:01:00Z,b,4'],
    [
      'quotes, a byte order mark, carriage returns, blank lines',
      '\uFEFF"time","value"\r\n\r\n"2024-05-01T12:00:00Z","3"\r\n"2024-05-01T12:01:00Z","4"\r\n\r\n',
    ],
    ['rows out of order', 'time,value\n2024-05-01T12:01:00Z,4\n2024-05-01T12:00:00Z,3'],
  ])('reads %s', (_, text) => {
    expect(read(text)).toEqual(expected);
  });

  const two = 'time,reads,writes\n2024-05-01T12:00:00Z,3,30\n2024-05-01T12:01:00Z,4,40';

  test('tells the column of the load also where its first row has no value', () => {
    expect(read('time,hits\n2024-05-01T11:59:00Z,\n2024-05-01T12:00:00Z,3\n2024-05-01T12:01:00Z,4')).toEqual(
      expected,
    );
  });

  test('takes the named one, by name or by number', () => {
    expect(read(two, { valueColumn: 'Writes' }).values).toEqual([30, 40]);
    expect(read(two, { timeColumn: 'time', valueColumn: '2' }).values).toEqual([3, 4]);
  });

  test('asks for a name when there are two candidates, and lists them', () => {
    const { reason, message } = failure(two);
    expect(reason).toBe('AmbiguousColumn');
    expect(message).toContain('"reads", "writes"');
  });

  test('asks for a number when two have the same name', () => {
    const same = 'time,value,Value\n2024-05-01T12:00:00Z,3,30\n2024-05-01T12:01:00Z,4,40';
    expect(failure(same)).toMatchObject({
      reason: 'AmbiguousColumn',
      message: expect.stringContaining('"value"; name one by its number (2, 3)'),
    });
    expect(failure(same, { valueColumn: 'value' }).reason).toBe('AmbiguousColumn');
    expect(read(same, { valueColumn: '3' }).values).toEqual([30, 40]);
  });

  test('refuses a name that is not there', () => {
    expect(failure(two, { valueColumn: 'hits' })).toMatchObject({ reason: 'UnknownColumn' });
    expect(failure(two, { timeColumn: '9' })).toMatchObject({ reason: 'UnknownColumn' });
    expect(failure('a,b\nx,y\nx,y')).toMatchObject({ reason: 'UnknownColumn' });
  });

  test('reads a decimal comma where semicolons separate', () => {
    expect(read('time;value\n2024-05-01;1,5\n2024-05-02;2').values).toEqual([1.5, 2]);
  });
});

describe('values', () => {
  test('rows without one are skipped and counted', () => {
    const trace = readTrace(
      'time,value\n2024-05-01,1\n2024-05-02,\n2024-05-03,NaN\n2024-05-04,null\n2024-05-05,5',
    );
    expect([...trace.values]).toEqual([1, 5]);
    expect(trace.skipped).toBe(3);
  });

  test('those of the same time become their mean', () => {
    expect(read('time,value\n2024-05-01,1\n2024-05-02,2\n2024-05-01,4').values).toEqual([2.5, 2]);
  });

  test.each(['-1', 'many', 'Infinity', '1,5'])('refuses %j with its line', (cell) => {
    expect(failure(`time,value\n2024-05-01,1\n2024-05-02,"${cell}"`)).toMatchObject({
      reason: 'BadValue',
      line: 3,
    });
  });
});

test('the step is the median distance', () => {
  expect(readTrace('time,value\n0,1\n60,1\n120,1\n600,1\n659,1').step).toBe(60_000);
});

test.each([
  '',
  '\n \n',
  'time,value\n',
  'time,value\n2024-05-01,1',
  'time,value\n2024-05-01,1\n2024-05-01,2',
])('refuses fewer than two rows: %j', (text) => {
  expect(failure(text).reason).toBe('TooFewRows');
});

test('refuses text that is not CSV', () => {
  expect(failure('time,value\n2024-05-01,"1\n')).toMatchObject({ reason: 'NotCsv' });
});

test('refuses what is no text', () => {
  expect(failure('t\0i\0m\0e\0')).toMatchObject({
    reason: 'NotCsv',
    message: expect.stringContaining('save it as CSV in UTF-8'),
  });
});

test('takes a long line of nothing for no rows, and does not hang on it', () => {
  expect(failure(' '.repeat(1_000_000)).reason).toBe('TooFewRows');
});

test('says what is wrong in a message of bounded length', () => {
  const long = 'x'.repeat(10_000);
  const wide = Array.from({ length: 1_000 }, () => 'x'.repeat(100)).join(',');
  const texts = [long, wide, `time,value\n2024-05-01,${long}`, `time,value\n${long},1`, `a,${long}"b\n`];
  for (const text of texts) expect(failure(text).message.length).toBeLessThan(1_500);
});

test('reads the recorded traces of this library', () => {
  const text = readFileSync(new URL('../../fixtures/traces/nyc_taxi.csv', import.meta.url), 'utf8');
  const trace = readTrace(text, { name: 'nyc_taxi' });
  expect(trace).toMatchObject({ name: 'nyc_taxi', step: 1_800_000, skipped: 0 });
  expect(trace.values).toHaveLength(10_320);
  expect(trace.times[0]).toBe(Date.UTC(2014, 6, 1));
});
