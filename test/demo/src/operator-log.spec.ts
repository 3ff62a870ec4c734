import { describe, expect, it } from '@jest/globals';
import { lastErrorIn } from '../../../tools/demo/operator-log.ts';

const line = (level: string, msg: string, err?: string): string =>
  `${JSON.stringify({ level, msg, ...(err === undefined ? {} : { err: { message: err } }) })}\n`;

describe('The last error in a log', () => {
  it('is none in a log without any', () => {
    expect(lastErrorIn('')).toBeUndefined();
    expect(lastErrorIn(line('info', 'Starting') + line('warn', 'Slow'))).toBeUndefined();
  });

  it('is the last of several, whatever has come since, with its cause', () => {
    const log = line('error', 'first') + line('error', 'A pass failed', 'no route') + line('info', 'goes on');
    expect(lastErrorIn(log)).toBe('A pass failed: no route');
  });

  it('does not say the same twice', () => {
    expect(lastErrorIn(line('fatal', 'no route', 'no route'))).toBe('no route');
  });

  it('is what Node.js has written, if the process died of it', () => {
    expect(lastErrorIn(`${line('error', 'before')}\nSyntaxError: Unexpected token\n\n`)).toBe(
      'SyntaxError: Unexpected token',
    );
  });
});
