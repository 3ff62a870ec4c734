import { X509Certificate, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createAuthority } from './pki.ts';

describe('createAuthority', () => {
  it('issues server certificates for names and addresses', async () => {
    const authority = await createAuthority('authority');
    const { cert, key } = await authority.issueServer(['127.0.0.1', 'localhost']);
    const parsed = new X509Certificate(cert);
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(parsed.checkHost('localhost')).toBe('localhost');
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(parsed.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(parsed.verify(new X509Certificate((await createAuthority('other')).cert).publicKey)).toBe(false);
  });

  it('issues client certificates that name the user and its groups', async () => {
    const authority = await createAuthority('authority');
    const { cert } = await authority.issueClient('system:serviceaccount:a:b', ['one', 'two']);
    const { subject, validToDate } = new X509Certificate(cert);
    expect(subject.split('\n').sort()).toEqual(['CN=system:serviceaccount:a:b', 'O=one', 'O=two']);
    const validity = { notBefore: Date.UTC(2020), notAfter: Date.UTC(2021) };
    const expired = new X509Certificate((await authority.issueClient('late', [], validity)).cert);
    expect(expired.validToDate.getTime()).toBe(validity.notAfter);
    expect(validToDate.getTime()).toBeGreaterThan(validity.notAfter);
  });
});
