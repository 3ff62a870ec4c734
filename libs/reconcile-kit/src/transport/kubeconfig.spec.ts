import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@neo4j-operator/clock';
import { type LogFields, type Logger, silentLogger } from '../core/logger.ts';
import { type ClusterConfig, ConfigError, loadClusterConfig } from './cluster-config.ts';
import { type Authority, createAuthority, issue } from './test-server.spec-helper.ts';

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
let authority: Authority;
let leaf: { readonly cert: string; readonly key: string };
let folder: string;
let file: string;
let warnings: LogFields[];

const logger: Logger = { ...silentLogger, warn: (fields) => warnings.push(fields) };

beforeAll(async () => {
  authority = await createAuthority();
  leaf = await issue(authority);
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  file = join(folder, 'config');
});

beforeEach(() => {
  warnings = [];
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a kubeconfig', () => {
  it('gives the server, the namespace and the credentials of its current context', async () => {
    const config = await load(
      kubeconfig({
        cluster: { 'certificate-authority-data': base64(authority.ca), 'tls-server-name': 'kube' },
        user: {
          'client-certificate-data': base64(leaf.cert),
          'client-key-data': base64(leaf.key),
          token: 'one',
        },
        namespace: 'here',
      }),
    );
    expect(config).toMatchObject({
      source: file,
      server: 'https://127.0.0.1:6443',
      namespace: 'here',
      serverName: 'kube',
      insecureSkipTlsVerify: false,
    });
    expect(await config.loadIdentity()).toEqual({
      ca: authority.ca,
      cert: leaf.cert,
      key: leaf.key,
      token: 'one',
    });
  });

  it('may name files, relative to itself, which are read again', async () => {
    await mkdir(join(folder, 'pki'), { recursive: true });
    const put = (name: string, text: string): Promise<void> => writeFile(join(folder, 'pki', name), text);
    await put('ca.crt', authority.ca);
    await put('me.crt', leaf.cert);
    await put('me.key', leaf.key);
    await put('token', 'one\n');
    const config = await load(
      kubeconfig({
        cluster: { 'certificate-authority': 'pki/ca.crt' },
        user: { 'client-certificate': 'pki/me.crt', 'client-key': 'pki/me.key', tokenFile: 'pki/token' },
      }),
    );
    expect(await config.loadIdentity()).toEqual({ ca: authority.ca, ...leaf, token: 'one' });

    const renewed = await issue(authority);
    await put('me.crt', renewed.cert);
    await put('me.key', renewed.key);
    await put('token', 'two\n');
    expect(await config.loadIdentity()).toMatchObject({ ...renewed, token: 'two' });
  });

  it('has the context that is asked for', async () => {
    const text = `${kubeconfig({})}
- name: other
  context: { cluster: it, namespace: there }`;
    const config = await load(text, { context: 'other' });
    expect([config.namespace, await config.loadIdentity()]).toEqual(['there', {}]);
  });

  it('is warned about when it does without verification', async () => {
    const config = await load(kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }));
    expect(config.insecureSkipTlsVerify).toBe(true);
    expect(warnings).toEqual([{ server: 'https://127.0.0.1:6443' }]);
  });

  it('may be spread over the files that KUBECONFIG lists; the first entry of a name counts', async () => {
    const second = join(folder, 'second');
    await writeFile(file, kubeconfig({ user: { token: 'first' } }).replace(/clusters:[^]*?users:/, 'users:'));
    await writeFile(second, kubeconfig({ user: { token: 'second' } }));
    const config = await loadClusterConfig({ env: { KUBECONFIG: `${file}:${second}` }, clock, logger });
    expect(await config.loadIdentity()).toEqual({ token: 'first' });
    expect(config.server).toBe('https://127.0.0.1:6443');
  });

  it('is ~/.kube/config when KUBECONFIG is not set, or empty', async () => {
    await mkdir(join(folder, '.kube'), { recursive: true });
    await writeFile(join(folder, '.kube', 'config'), kubeconfig({ namespace: 'home' }));
    for (const env of [{ HOME: folder }, { HOME: folder, KUBECONFIG: '' }]) {
      expect((await loadClusterConfig({ env, clock, logger })).namespace).toBe('home');
    }
  });
});

describe('a kubeconfig that cannot be used', () => {
  it.each<readonly [string, string, RegExp]>([
    ['is not YAML', 'clusters: [', /config is not valid YAML or JSON: .*line 1/],
    ['is no map', '[]', /config is no kubeconfig: it must hold clusters, users and contexts/],
    [
      'has no current context',
      kubeconfig({}).replace(/^current-context.*/m, ''),
      /config names no current-context: run kubectl config use-context/,
    ],
    [
      'lacks the context',
      kubeconfig({}).replace(/^current-context.*/m, 'current-context: gone'),
      /config has no entry "gone" in contexts \(it has: here\)/,
    ],
    [
      'lacks the cluster',
      kubeconfig({}).replace('cluster: it', 'cluster: gone'),
      /no entry "gone" in clusters \(it has: it\)/,
    ],
    [
      'lacks the user',
      kubeconfig({}).replace('user: me', 'user: gone'),
      /no entry "gone" in users \(it has: me\)/,
    ],
    [
      'has no server',
      kubeconfig({ cluster: { server: '' } }),
      /clusters\[0\]\.cluster\.server in .*config is "": it must be a URL such as/,
    ],
    [
      'has a server that is no URL',
      kubeconfig({ cluster: { server: '10.0.0.1:6443' } }),
      /clusters\[0\]\.cluster\.server in .*config is "10\.0\.0\.1:6443": it must be a URL such as/,
    ],
    [
      'names a proxy',
      kubeconfig({ cluster: { 'proxy-url': 'http://proxy' } }),
      /clusters\[0\]\.cluster\.proxy-url in .*config: proxies are not supported/,
    ],
    [
      'holds a CA that is not base64',
      kubeconfig({ cluster: { 'certificate-authority-data': '!' } }),
      /clusters\[0\]\.cluster\.certificate-authority-data in .*config is not the base64 form of a PEM text/,
    ],
    [
      'holds a client certificate that is not base64',
      kubeconfig({ user: { 'client-certificate-data': '!', 'client-key-data': '!' } }),
      /users\[0\]\.user\.client-(certificate|key)-data in .*config is not the base64 form of a PEM text/,
    ],
    [
      'names a file that does not exist',
      kubeconfig({ user: { tokenFile: 'gone' } }),
      /gone does not exist \(users\[0\]\.user\.tokenFile in .*config\): create it or correct the path/,
    ],
    [
      'has a field of another type',
      kubeconfig({ user: { token: 7 } }),
      /users\[0\]\.user\.token in .*config must be a text/,
    ],
    [
      'has a user with a password',
      kubeconfig({ user: { username: 'me', password: 'secret' } }),
      /users\[0\]\.user\.username in .*config: no Kubernetes accepts passwords any more: use a token/,
    ],
    [
      'has a user who acts as another',
      kubeconfig({ user: { token: 'one', as: 'somebody' } }),
      /users\[0\]\.user\.as in .*config: impersonation is not supported/,
    ],
  ])('because it %s: says so in a sentence with the place', async (_, text, message) => {
    const failed = await configError(load(text));
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toMatch(/\n|secret/);
  });

  it('names the certificate that cannot be read', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const user = { 'client-certificate-data': base64(pem), 'client-key-data': base64(leaf.key) };
    expect((await configError(load(kubeconfig({ user })))).message).toMatch(
      /users\[0\]\.user\.client-certificate.* is no PEM certificate/,
    );
  });

  it('says when the client certificate expired', async () => {
    const expired = await issue(authority, { notAfter: new Date('2025-06-01T12:00:00Z') });
    const user = { 'client-certificate-data': base64(expired.cert), 'client-key-data': base64(expired.key) };
    expect((await configError(load(kubeconfig({ user })))).message).toMatch(
      /users\[0\]\.user\.client-certificate in .*config expired on 2025-06-01T12:00:00\.000Z: renew it/,
    );
  });

  it('wants certificate and key together', async () => {
    const user = { 'client-certificate-data': base64(leaf.cert) };
    expect((await configError(load(kubeconfig({ user })))).message).toMatch(/lacks client-key-data/);
  });

  it('is named when it does not exist', async () => {
    const kubeconfig = join(folder, 'gone');
    expect((await configError(loadClusterConfig({ env: {}, clock, logger, kubeconfig }))).message).toBe(
      `${kubeconfig} does not exist (the kubeconfig): create it or correct the path`,
    );
  });
});

type Fields = Readonly<Record<string, unknown>>;

/** JSON is YAML, so the fields need no formatting. */
function kubeconfig(parts: {
  readonly cluster?: Fields;
  readonly user?: Fields;
  readonly namespace?: string;
}): string {
  const context = { cluster: 'it', user: 'me', namespace: parts.namespace };
  return `apiVersion: v1
kind: Config
current-context: here
clusters:
- name: it
  cluster: ${JSON.stringify({ server: 'https://127.0.0.1:6443/', ...parts.cluster })}
users:
- name: me
  user: ${JSON.stringify(parts.user ?? {})}
contexts:
- name: here
  context: ${JSON.stringify(context).replaceAll('"', '').replaceAll(':', ': ')}`;
}

async function load(text: string, options: { readonly context?: string } = {}): Promise<ClusterConfig> {
  await writeFile(file, text);
  return loadClusterConfig({ env: {}, clock, logger, kubeconfig: file, ...options });
}

async function configError(work: Promise<unknown>): Promise<ConfigError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
