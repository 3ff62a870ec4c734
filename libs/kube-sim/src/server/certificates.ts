// Certificates of an authority that lives as long as a server. They are written here because to load a library that writes them takes
// longer than the whole server may take to start.
import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bits, der, integer, octets, oid, sequence, setOf, utcTime, utf8, yes } from './der.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Signs certificates. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly cert: string;
  /** A certificate for a server that is reached under `names`: DNS names and IPv4 addresses. */
  issueServer(names: readonly string[]): KeyPair;
  /** A client certificate, which an API server reads as this user in these groups. */
  issueClient(user: string, groups: readonly string[]): KeyPair;
}

interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/** The authority's key is gone with the process, so that no time is too long; and no clock need be asked. */
const validity = sequence(utcTime('000101000000Z'), utcTime('491231235959Z'));

const usage = { digitalSignature: bits(Buffer.of(0x80), 7), certSign: bits(Buffer.of(0x06), 1) };
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Makes an authority with a new key. */
export function createAuthority(commonName: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = { commonName };
  const signed = (subject: Subject, publicKey: KeyObject, extensions: readonly Buffer[]): string => {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const content = sequence(
      der(0xa0, integer(Buffer.of(2))),
      // A serial number is positive (RFC 5280 section 4.1.2.2).
      integer(Buffer.concat([Buffer.of(1), digest('sha256', spki).subarray(0, 15)])),
      ecdsaWithSha256,
      nameOf(own),
      validity,
      nameOf(subject),
      spki,
      der(0xa3, sequence(keyIdentifier(spki), issuerIdentifier(keys.publicKey), ...extensions)),
    );
    return pem(sequence(content, ecdsaWithSha256, bits(sign('sha256', content, keys.privateKey))));
  };
  const issue = (subject: Subject, purpose: string, extensions: readonly Buffer[] = []): KeyPair => {
    const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cert = signed(subject, leaf.publicKey, [
      extension('2.5.29.15', usage.digitalSignature, true),
      extension('2.5.29.37', sequence(oid(purpose))),
      ...extensions,
    ]);
    return { cert, key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  };
  return {
    cert: signed(own, keys.publicKey, [
      extension('2.5.29.19', sequence(yes), true),
      extension('2.5.29.15', usage.certSign, true),
    ]),
    issueServer: (names) =>
      issue({ commonName: names[0] ?? commonName }, serverAuth, [
        extension('2.5.29.17', sequence(...names.map(alternativeName))),
      ]),
    issueClient: (user, organizations) => issue({ commonName: user, organizations }, clientAuth),
  };
}

function nameOf({ commonName, organizations = [] }: Subject): Buffer {
  const part = (type: string, value: string): Buffer => setOf(sequence(oid(type), utf8(value)));
  return sequence(...organizations.map((value) => part('2.5.4.10', value)), part('2.5.4.3', commonName));
}

function alternativeName(name: string): Buffer {
  const address = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  return address ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function keyIdentifier(spki: Buffer): Buffer {
  return extension('2.5.29.14', octets(digest('sha1', spki)));
}

function issuerIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return extension('2.5.29.35', sequence(der(0x80, digest('sha1', spki))));
}

function digest(algorithm: string, bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
