import { describe, expect, it } from '@jest/globals';
import type { Secret } from '@neo4j-operator/cluster-access';
import { checkAdminSecret } from './admin-secret.ts';

function check(values: Readonly<Record<string, string>>): string | undefined {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return checkAdminSecret({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'prod', name: 'mine' },
    data,
  });
}

const raw = (bytes: readonly number[]): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'mine', namespace: 'prod' },
  data: { password: Buffer.from(bytes).toString('base64') },
});

describe("the Secret with the administrator's password", () => {
  it.each([
    [{ password: 'long-enough' }],
    [{ username: 'neo4j', password: 'long-enough' }],
    [{ password: 'ümläut-pässword' }],
    [{ password: 'with some blanks' }],
    [{ password: 'neo4jneo4j' }],
  ])('may be %j', (values) => {
    expect(check(values)).toBeUndefined();
  });

  it.each([
    [{}, 'the key password is missing: add it'],
    [{ password: '' }, 'the key password is missing: add it'],
    [{ password: 'short' }, 'fewer than 8 characters'],
    [{ password: '-leading-dash' }, 'begins with a dash'],
    [{ password: 'with/slash' }, 'has a slash'],
    [{ password: 'neo4j' }, 'the password is neo4j'],
    [{ password: 'long-enough\n' }, 'ends with a line break'],
    [{ password: 'long\tenough' }, 'control character'],
    [{ username: 'admin', password: 'long-enough' }, 'the key username has to be neo4j'],
  ])('is refused with a remedy: %j', (values, part) => {
    expect(check(values)).toMatch(/^Secret prod\/mine: .*: .+/);
    expect(check(values)).toContain(part);
  });

  it('is never told', () => {
    for (const password of ['s3cr3t', '-s3cr3t-value', 's3cr3t/value', 's3cr3t-value\n']) {
      expect(check({ password })).not.toContain('s3cr3t');
    }
  });

  it('is refused if it is no text: a client would send other characters than the operator', () => {
    expect(checkAdminSecret(raw([0x6c, 0x6f, 0x6e, 0x67, 0xff, 0xfe, 0x65, 0x6e, 0x6f, 0x75]))).toContain(
      'not text in UTF-8',
    );
  });
});
