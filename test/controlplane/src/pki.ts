// Certificates for tests: an authority of one's own, and what it signs.
import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { systemClock, systemRng } from '@neo4j-operator/clock';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate is valid; epoch milliseconds. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A certificate authority that lives as long as the test. */
export interface Authority {
  /** Its certificate, PEM. */
  readonly cert: string;
  /** A certificate for a server that is reached under `names`: DNS names and IP addresses. */
  issueServer(names: readonly string[]): Promise<KeyPair>;
  /** A client certificate that the API server reads as this user in these groups. By default it is valid for a day. */
  issueClient(user: string, groups: readonly string[], validity?: Validity): Promise<KeyPair>;
}

const hourMs = 3_600_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Makes an authority with a new key. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const issuer: JsonName = [{ CN: [commonName] }];

  const sign = async (
    subject: JsonName,
    publicKey: webcrypto.CryptoKey,
    validity: Validity,
    extensions: readonly Extension[],
  ): Promise<string> => {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject,
      issuer,
      notBefore: new Date(validity.notBefore),
      notAfter: new Date(validity.notAfter),
      signingAlgorithm: algorithm,
      signingKey: keys.privateKey,
      publicKey,
      extensions: [
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        await SubjectKeyIdentifierExtension.create(publicKey),
        ...extensions,
      ],
    });
    return certificate.toString('pem');
  };

  const issue = async (
    subject: JsonName,
    validity: Validity,
    extensions: readonly Extension[],
  ): Promise<KeyPair> => {
    const leaf = await newKeys();
    const cert = await sign(subject, leaf.publicKey, validity, [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...extensions,
    ]);
    return { cert, key: await privateKeyPem(leaf.privateKey) };
  };

  return {
    cert: await sign(issuer, keys.publicKey, oneDay(), [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]),
    issueServer: (names) =>
      issue([{ CN: [names[0] ?? commonName] }], oneDay(), [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) !== 0 ? 'ip' : 'dns', value })),
        ),
      ]),
    issueClient: (user, groups, validity = oneDay()) =>
      issue([{ CN: [user] }, ...groups.map((group) => ({ O: [group] }))], validity, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ]),
  };
}

/** A key for signing service account tokens, PEM. In the older of the two encodings: kube-apiserver verifies with no other private key. */
export function createSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag);
}

function serialNumber(): string {
  // The first bit stays clear: a serial number is positive (RFC 5280 section 4.1.2.2).
  return `01${Buffer.from(systemRng.bytes(15)).toString('hex')}`;
}

/** From an hour ago, so that a certificate is valid at once for whoever reads the time a little differently. */
function oneDay(): Validity {
  const now = systemClock.now();
  return { notBefore: now - hourMs, notAfter: now + 24 * hourMs };
}
