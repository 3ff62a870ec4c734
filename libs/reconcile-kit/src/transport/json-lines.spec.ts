import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isKubeError } from '../core/errors.ts';
import { LineSplitter } from './json-lines.ts';

describe('LineSplitter', () => {
  it('gives the same lines however the stream is cut into chunks', () => {
    const lines = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text)));
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 9 }), (lines, chunkSize) => {
        const splitter = new LineSplitter('GET /x');
        const seen = chunksOf(lines.map((line) => `${line}\n`).join(''), chunkSize).flatMap((chunk) =>
          splitter.push(chunk),
        );
        splitter.end();
        expect(seen.map((line) => Buffer.from(line).toString())).toEqual(lines);
      }),
    );
  });

  it('does not copy a line that lies within one chunk', () => {
    const chunk = Buffer.from('{"a":1}\n{"b":2}\n');
    const lines = new LineSplitter('GET /x').push(chunk);
    expect(lines.map((line) => line.buffer === chunk.buffer)).toEqual([true, true]);
  });

  it('leaves blank lines out', () => {
    const splitter = new LineSplitter('GET /x');
    expect(splitter.push(Buffer.from('\n \r\n1\n'))).toHaveLength(1);
    splitter.end();
  });

  it('says so when the stream ends in the middle of a line', () => {
    const splitter = new LineSplitter('GET /x');
    splitter.push(Buffer.from('{"a":1}\n{"b":'));
    expect(
      errorOf(() => {
        splitter.end();
      }),
    ).toBe('GET /x: the stream ended in the middle of an event');
  });

  it('refuses a line that is too long before it has been received whole', () => {
    const splitter = new LineSplitter('GET /x', 10);
    splitter.push(Buffer.from('123456'));
    expect(errorOf(() => splitter.push(Buffer.from('78901')))).toMatch(/line of more than 10 bytes/);
    expect(errorOf(() => new LineSplitter('GET /x', 3).push(Buffer.from('1234\n')))).toMatch(/more than 3/);
  });
});

function chunksOf(text: string, size: number): Uint8Array[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function errorOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (isKubeError(error, 'MalformedResponse')) return error.message;
    throw error;
  }
  return undefined;
}
