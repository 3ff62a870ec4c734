import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@neo4j-operator/clock';
import { silentLogger } from '../core/logger.ts';
import { type ClusterConfig, ConfigError, loadClusterConfig } from './cluster-config.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugin-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('an exec plugin of a kubeconfig', () => {
  it('gives the token', async () => {
    const config = await load([kubeconfig(answer({ token: 'one' }))]);
    expect(await config.loadIdentity()).toEqual({ token: 'one' });
  });

  it('gives a client certificate', async () => {
    const config = await load([kubeconfig(answer({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }))]);
    expect(await config.loadIdentity()).toEqual({ cert: 'CERT', key: 'KEY' });
  });

  it('is run when the user is in another file than the context', async () => {
    const whole = kubeconfig(answer({ token: 'one' }));
    const users = whole.indexOf('users:');
    const config = await load([whole.slice(0, users), whole.slice(users)]);
    expect(await config.loadIdentity()).toEqual({ token: 'one' });
  });

  it('that fails is named, with what it said', async () => {
    const failing = 'process.stderr.write("log in first"); process.exitCode = 1';
    await expect(load([kubeconfig(failing)])).rejects.toThrow(ConfigError);
    await expect(load([kubeconfig(failing)])).rejects.toThrow(
      /users\[0\]\.user\.exec in .*0: the credential plugin failed: log in first/,
    );
  });
});

function answer(status: Readonly<Record<string, string>>): string {
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
  return `console.log(${JSON.stringify(JSON.stringify(credential))})`;
}

/** A kubeconfig whose user is whoever the script says. */
function kubeconfig(script: string): string {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
  };
  return `current-context: here
contexts: [{ name: here, context: { cluster: it, user: me } }]
clusters: [{ name: it, cluster: { server: 'https://127.0.0.1:6443' } }]
users: [{ name: me, user: { exec: ${JSON.stringify(exec)} } }]
`;
}

async function load(texts: readonly string[]): Promise<ClusterConfig> {
  const files = texts.map((_, index) => join(folder, String(index)));
  for (const [index, text] of texts.entries()) await writeFile(join(folder, String(index)), text);
  return loadClusterConfig({
    env: { KUBECONFIG: files.join(':') },
    clock: new VirtualClock(),
    logger: silentLogger,
  });
}
