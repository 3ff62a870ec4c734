import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from './json-lines.ts';

async function lines(chunks: readonly Uint8Array[]): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of splitLines(from(chunks))) {
    for (const line of batch) found.push(new TextDecoder().decode(line));
  }
  return found;
}

async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

describe('splitLines', () => {
  it('gives the lines of the text however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', minLength: 1 }).filter((line) => !line.includes('\n'))),
        fc.integer({ min: 1, max: 7 }),
        async (expected, size) => {
          const wellFormed = expected.map((line) => line.toWellFormed());
          const bytes = new TextEncoder().encode(wellFormed.map((line) => `${line}\n`).join(''));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          expect(await lines(chunks)).toEqual(wellFormed);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('notices a text that breaks off within a line', async () => {
    await expect(lines([new TextEncoder().encode('{"type":"ADDED"}\n{"ty')])).rejects.toMatchObject({
      reason: 'ConnectionLost',
    });
  });
});
