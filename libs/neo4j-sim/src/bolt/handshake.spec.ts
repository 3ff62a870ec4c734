import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Handshake, type HandshakeStep } from './handshake.ts';
import { boltVersionsOf } from './versions.ts';

const lts = '5.26.30';
const newest = '2026.08.1';
const magic = '6060b017';
/** Manifest, 5.8 to 5.0, 4.4 to 4.2, 3.0. */
const modern = `${magic} 000001ff 00080805 00020404 00000003`;

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function shake(serverVersion: string, ...pieces: readonly string[]): readonly HandshakeStep[] {
  const handshake = new Handshake(boltVersionsOf(serverVersion));
  return pieces.map((piece) => handshake.push(hex(piece)));
}

function summary(step: HandshakeStep | undefined): string {
  switch (step?.type) {
    case 'agreed':
      return `${step.version.major}.${step.version.minor} ${step.reply.toString('hex')}`;
    case 'wait':
    case 'refused':
      return `${step.type} ${step.reply.toString('hex')}`;
    case 'foreign':
      return `foreign ${step.protocol}`;
    case undefined:
      return 'nothing';
  }
}

describe('handshake without the manifest', () => {
  it.each([
    ['5.8 from a range', lts, '00080805 00020404 00000003 00000000', '5.8 00000805'],
    [
      '5.8 from a range, though the server could do more',
      newest,
      '00080805 00000000 00000000 00000000',
      '5.8 00000805',
    ],
    ['the first proposal, not the highest', newest, '00000405 00000006 00000000 00000000', '5.4 00000405'],
    ['6.0 of a server that has it', '2025.10.1', '00000006 00080805 00000000 00000000', '6.0 00000006'],
    [
      '5.8 instead of 6.0 of the server before',
      '2025.09.0',
      '00000006 00080805 00000000 00000000',
      '5.8 00000805',
    ],
    [
      '5.4 from a range that begins with the unused 5.5',
      lts,
      '00050505 00000000 00000000 00000000',
      '5.4 00000405',
    ],
    ['nothing for the unused 5.5', lts, '00000505 00000000 00000000 00000000', 'refused 00000000'],
    ['nothing for 4.4', lts, '00020404 00000003 00000000 00000000', 'refused 00000000'],
    ['nothing for no proposal', newest, '00000000 00000000 00000000 00000000', 'refused 00000000'],
  ])('gives %s', (_what, server, proposals, expected) => {
    expect(summary(shake(server, magic, proposals).at(-1))).toBe(expected);
  });
});

describe('handshake by the manifest', () => {
  it.each([
    [lts, 'wait 000001ff 02 00040405 00020805 00'],
    ['2025.01.0', 'wait 000001ff 02 00040405 00020805 00'],
    ['2025.10.1', 'wait 000001ff 03 00040405 00020805 00000006 00'],
    [newest, 'wait 000001ff 03 00040405 00020805 00010106 00'],
  ])('shows the versions of %s', (server, expected) => {
    expect(summary(shake(server, modern)[0])).toBe(expected.replaceAll(' ', '').replace('wait', 'wait '));
  });

  it('takes what the client chooses and hands on what follows', () => {
    const step = shake(newest, modern, '00000106 00 0001aa').at(-1);
    expect(step).toMatchObject({ type: 'agreed', version: { major: 6, minor: 1 }, byManifest: true });
    expect(step).toHaveProperty('rest', hex('0001aa'));
  });

  it.each([
    ['a version that was not on offer', '00000206 00'],
    ['the unused 5.5', '00000505 00'],
  ])('refuses %s', (_what, choice) => {
    expect(summary(shake(lts, modern, choice).at(-1))).toBe('refused ');
  });
});

describe('handshake', () => {
  it('comes to the same, wherever the stream is cut', () => {
    const bytes = hex(`${modern} 00000805 8100 0002b102`);
    const cut = fc.uniqueArray(fc.nat({ max: bytes.length }), { maxLength: 6 });
    fc.assert(
      fc.property(cut, (unsorted) => {
        const handshake = new Handshake(boltVersionsOf(lts));
        const cuts = [0, ...unsorted.toSorted((a, b) => a - b), bytes.length];
        let rest = Buffer.alloc(0);
        let version = '';
        for (const [index, from] of cuts.entries()) {
          const piece = bytes.subarray(from, cuts[index + 1]);
          if (version !== '') {
            rest = Buffer.concat([rest, piece]);
            continue;
          }
          const step = handshake.push(piece);
          if (step.type !== 'agreed') continue;
          version = summary(step).trim();
          rest = Buffer.from(step.rest);
        }
        expect(version).toBe('5.8');
        expect(rest).toEqual(hex('0002b102'));
      }),
    );
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'foreign http'],
    ['TLS', hex('16030102000100'), 'foreign other'],
    ['Bolt with the wrong magic', hex('6060b018'), 'foreign other'],
  ])('knows %s at once', (_what, bytes, expected) => {
    expect(summary(new Handshake(boltVersionsOf(lts)).push(bytes))).toBe(expected);
  });

  it('knows HTTP that comes byte by byte', () => {
    const handshake = new Handshake(boltVersionsOf(lts));
    const steps = ['G', 'E', 'T', ' '].map((letter) => summary(handshake.push(Buffer.from(letter))));
    expect(steps).toEqual(['wait ', 'wait ', 'wait ', 'foreign http']);
  });
});
