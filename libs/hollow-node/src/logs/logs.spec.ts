import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { parseLogQuery, renderLine, selectLines } from './log-query.ts';
import { createLogStore } from './log-store.ts';
import { createRunLog, type LogLine } from './run-log.ts';

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
const run = { namespace: 'ns', pod: 'web', podUid: 'uid', container: 'main' };
const texts = (lines: readonly LogLine[]): string[] => lines.map(({ text }) => text);

describe('the log of a run', () => {
  it('keeps the newest lines, within its size, and always the last one, or its beginning', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 1, max: 2000 }),
        (lengths, maxBytes) => {
          const log = createRunLog(clock, 0, maxBytes);
          const written = lengths.map((length, index) => `${String(index)} ${'x'.repeat(length)}`);
          for (const text of written) log.write(text, 'stdout');
          const cut = written.map((text) => text.slice(0, maxBytes));
          expect(texts(log.lines)).toEqual(cut.slice(-log.lines.length));
          expect(log.lines.length).toBeGreaterThan(0);
          const bytes = log.lines.reduce((sum, { text }) => sum + text.length + 40, 0);
          expect(bytes <= maxBytes || log.lines.length === 1).toBe(true);
        },
      ),
    );
  });

  it('gives its last lines, and of these the last bytes', () => {
    const log = createRunLog(clock, 0, 1000);
    for (const text of ['one', 'two', 'three']) log.write(text, 'stderr');
    expect(log.tail(2, 100)).toBe('two\nthree\n');
    expect(log.tail(80, 5)).toBe('hree\n');
  });

  it('tells those who follow what comes, until the run is over', () => {
    const log = createRunLog(clock, 0, 1000);
    const heard: string[] = [];
    const listener = { line: ({ text }: LogLine) => heard.push(text), end: () => heard.push('end') };
    log.write('before', 'stdout');
    const leave = log.follow({ line: () => heard.push('left'), end: () => heard.push('left') });
    log.follow(listener);
    leave();
    log.write('after', 'stdout');
    log.end();
    log.follow(listener);
    expect(heard).toEqual(['after', 'end', 'end']);
  });
});

describe('the logs of a node', () => {
  it('are those of the present run and the one before', () => {
    const store = createLogStore(clock, 1000);
    const ended: number[] = [];
    for (const restartCount of [0, 1, 2]) {
      store.open({ ...run, restartCount }).write(`run ${String(restartCount)}`, 'stdout');
      store
        .find('uid', 'main', restartCount)
        ?.follow({ line: () => undefined, end: () => ended.push(restartCount) });
    }
    expect([0, 1, 2].map((count) => texts(store.find('uid', 'main', count)?.lines ?? []))).toEqual([
      [],
      ['run 1'],
      ['run 2'],
    ]);
    expect(ended).toEqual([0, 1]);
  });

  it('go with the pod', () => {
    const store = createLogStore(clock, 1000);
    store.open({ ...run, restartCount: 0 });
    let hasEnded = false;
    store.find('uid', 'main', 0)?.follow({ line: () => undefined, end: () => (hasEnded = true) });
    store.remove('uid');
    store.remove('nobody');
    expect(hasEnded).toBe(true);
    expect(store.find('uid', 'main', 0)).toBeUndefined();
  });
});

describe('a query', () => {
  const at = (second: number): number => Date.UTC(2026, 0, 1, 0, 0, second);
  const lines: LogLine[] = [
    { at: at(1), stream: 'stdout', text: 'a' },
    { at: at(2), stream: 'stderr', text: 'b' },
    { at: at(3), stream: 'stdout', text: 'c' },
  ];
  const select = (query: string): string[] =>
    texts(selectLines(lines, parseLogQuery(new URLSearchParams(query)) ?? {}, at(4)));

  it.each([
    ['', ['a', 'b', 'c']],
    ['tailLines=2', ['b', 'c']],
    ['tailLines=0', []],
    ['tailLines=9', ['a', 'b', 'c']],
    ['sinceSeconds=2', ['b', 'c']],
    ['sinceTime=2026-01-01T00:00:03Z', ['c']],
    ['tailLines=1&sinceSeconds=60', ['c']],
    ['stream=Stdout', ['a', 'c']],
    ['stream=Stderr', ['b']],
    ['stream=All', ['a', 'b', 'c']],
  ])('of %j selects %j', (query, expected) => {
    expect(select(query)).toEqual(expected);
  });

  it.each(['tailLines=x', 'tailLines=-1', 'sinceTime=yesterday', 'limitBytes=1e3', 'stream=None'])(
    'of %j cannot be understood',
    (query) => {
      expect(parseLogQuery(new URLSearchParams(query))).toBeUndefined();
    },
  );

  it('has the time before each line if it asks for it', () => {
    const [line] = lines;
    if (line === undefined) throw new Error('there is no line');
    expect(renderLine(line, {})).toBe('a\n');
    expect(renderLine(line, { timestamps: true })).toBe('2026-01-01T00:00:01.000000000Z a\n');
    expect(renderLine(line, { stream: 'Stderr' })).toBeUndefined();
  });
});
