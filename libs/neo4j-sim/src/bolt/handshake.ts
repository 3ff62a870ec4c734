import type { BoltVersion } from './versions.ts';

/** What the bytes of a client so far come to. */
export type HandshakeStep =
  /** More has to come; `reply` is what the client waits for, if anything. */
  | { readonly type: 'wait'; readonly reply: Buffer }
  | {
      readonly type: 'agreed';
      readonly version: BoltVersion;
      readonly byManifest: boolean;
      readonly reply: Buffer;
      /** What came after the handshake: the first messages. */
      readonly rest: Buffer;
    }
  | { readonly type: 'refused'; readonly reply: Buffer }
  /** The client does not speak Bolt. */
  | { readonly type: 'foreign'; readonly protocol: 'http' | 'other' };

interface Proposal {
  readonly major: number;
  readonly minor: number;
  /** How many minor versions below are fine, too. */
  readonly range: number;
}

const magic = Buffer.from([0x60, 0x60, 0xb0, 0x17]);
const proposalLength = 4;
const openingLength = magic.length + 4 * proposalLength;
const nothing = Buffer.alloc(0);
const noVersion = Buffer.alloc(proposalLength);
const manifestMajor = 0xff;
/** Servers answer no other method on this port. */
const httpMethod = 'GET ';

/**
 * The server's side of the handshake: four proposals of the client, of which the first that can be met is taken; one of them may
 * ask for the manifest, in which the server names its versions and the client chooses. Bolt manual, "Bolt Protocol handshake".
 */
export class Handshake {
  readonly #supported: readonly BoltVersion[];
  #bytes: Buffer = nothing;
  #manifestSent = false;

  /** @param supported - highest first */
  constructor(supported: readonly BoltVersion[]) {
    this.#supported = supported;
  }

  push(bytes: Buffer): HandshakeStep {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    return this.#manifestSent ? this.#choice() : this.#opening();
  }

  #opening(): HandshakeStep {
    const start = this.#bytes.subarray(0, magic.length);
    if (!magic.subarray(0, start.length).equals(start)) {
      const isHttp = httpMethod.startsWith(start.toString('latin1'));
      if (!isHttp) return { type: 'foreign', protocol: 'other' };
      return start.length < magic.length
        ? { type: 'wait', reply: nothing }
        : { type: 'foreign', protocol: 'http' };
    }
    if (this.#bytes.length < openingLength) return { type: 'wait', reply: nothing };
    const proposals = [0, 1, 2, 3].map((index) => this.#proposal(magic.length + index * proposalLength));
    this.#bytes = this.#bytes.subarray(openingLength);
    return this.#answer(proposals);
  }

  #answer(proposals: readonly Proposal[]): HandshakeStep {
    for (const proposal of proposals) {
      if (proposal.major === manifestMajor && proposal.minor === 1) {
        this.#manifestSent = true;
        return { type: 'wait', reply: manifest(this.#supported) };
      }
      const version = this.#supported.find((candidate) => isIn(proposal, candidate));
      if (version !== undefined) {
        const reply = Buffer.from([0, 0, version.minor, version.major]);
        return { type: 'agreed', version, byManifest: false, reply, rest: this.#bytes };
      }
    }
    return { type: 'refused', reply: noVersion };
  }

  /** The version that the client has chosen from the manifest, and the capabilities, of which there are none. */
  #choice(): HandshakeStep {
    const end = endOfVarint(this.#bytes, proposalLength);
    if (end === undefined) return { type: 'wait', reply: nothing };
    const chosen = this.#proposal(0);
    const version = this.#supported.find((candidate) => isIn({ ...chosen, range: 0 }, candidate));
    if (version === undefined) return { type: 'refused', reply: nothing };
    const rest = this.#bytes.subarray(end);
    return { type: 'agreed', version, byManifest: true, reply: nothing, rest };
  }

  #proposal(at: number): Proposal {
    return {
      range: this.#bytes.readUInt8(at + 1),
      minor: this.#bytes.readUInt8(at + 2),
      major: this.#bytes.readUInt8(at + 3),
    };
  }
}

function isIn(proposal: Proposal, { major, minor }: BoltVersion): boolean {
  return proposal.major === major && minor <= proposal.minor && minor >= proposal.minor - proposal.range;
}

/** The marker of manifest v1, how many ranges, the ranges, no capabilities. */
function manifest(supported: readonly BoltVersion[]): Buffer {
  // Servers name the oldest first.
  const ranges = rangesOf(supported).toReversed();
  const entries = ranges.flatMap(({ major, minor, range }) => [0, range, minor, major]);
  return Buffer.from([0, 0, 1, manifestMajor, ranges.length, ...entries, 0]);
}

/** Neighbouring versions as one range. */
function rangesOf(supported: readonly BoltVersion[]): readonly Proposal[] {
  const ranges: Proposal[] = [];
  for (const { major, minor } of supported) {
    const last = ranges.at(-1);
    if (last?.major === major && last.minor - last.range - 1 === minor) {
      ranges[ranges.length - 1] = { ...last, range: last.range + 1 };
    } else {
      ranges.push({ major, minor, range: 0 });
    }
  }
  return ranges;
}

/** Groups of seven bits; the last one has its high bit clear. */
function endOfVarint(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at < bytes.length; at++) {
    if (bytes.readUInt8(at) < 0x80) return at + 1;
  }
  return undefined;
}
