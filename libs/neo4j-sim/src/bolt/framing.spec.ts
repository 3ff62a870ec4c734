import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frame, FrameReader } from './framing.ts';

const noop = Buffer.from([0, 0]);
const message = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));

function read(pieces: readonly Buffer[]): readonly Buffer[] {
  const reader = new FrameReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

describe('framing', () => {
  it('gives the messages back, wherever the stream is cut and with keep-alives between them', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat({ max: 300 })), (messages, lengths) => {
        const stream = Buffer.concat(messages.flatMap((each) => [noop, frame(each), noop]));
        const pieces: Buffer[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(stream.subarray(at, at + length));
          at += length;
        }
        pieces.push(stream.subarray(at));
        expect(read(pieces)).toEqual(messages);
      }),
    );
  });

  it.each([65_534, 65_535, 65_536, 200_000])('carries a message of %d bytes', (length) => {
    const large = Buffer.alloc(length, 7);
    const framed = frame(large);
    expect(read([framed])).toEqual([large]);
    expect(framed).toHaveLength(length + 2 * Math.ceil(length / 65_535) + 2);
  });

  it('joins a message that comes in chunks', () => {
    const chunks = Buffer.from([0, 1, 0xaa, 0, 2, 0xbb, 0xcc, 0, 0]);
    expect(read([...chunks].map((byte) => Buffer.from([byte])))).toEqual([Buffer.from([0xaa, 0xbb, 0xcc])]);
  });
});
