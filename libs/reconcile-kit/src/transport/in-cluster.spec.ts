import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './cluster-config.ts';
import { inClusterConfig, runsInCluster } from './in-cluster.ts';

const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serviceaccount-'));
  await put('token', 'one\n');
  await put('namespace', 'here\n');
  await put('ca.crt', 'the CA');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the configuration of a pod', () => {
  it('comes from its environment and its service account', async () => {
    const config = await inClusterConfig(env, folder);
    expect(config).toMatchObject({ server: 'https://10.0.0.1:443', namespace: 'here' });
    expect(await config.loadIdentity()).toEqual({ token: 'one', ca: 'the CA' });
  });

  it('follows the token and the CA as they are rotated', async () => {
    const config = await inClusterConfig(env, folder);
    await put('token', 'two');
    await put('ca.crt', 'another CA');
    expect(await config.loadIdentity()).toEqual({ token: 'two', ca: 'another CA' });
  });

  it('writes an IPv6 address as a URL has it', async () => {
    const config = await inClusterConfig({ ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder);
    expect(config.server).toBe('https://[fd00::1]:443');
  });

  it('is there only with an address and a token', async () => {
    expect(runsInCluster(env, folder)).toBe(true);
    expect(runsInCluster({}, folder)).toBe(false);
    await rm(join(folder, 'token'));
    expect(runsInCluster(env, folder)).toBe(false);
  });

  it('says what is missing, and what to set', async () => {
    await expect(inClusterConfig({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, folder)).rejects.toThrow(
      ConfigError,
    );
    await rm(join(folder, 'namespace'));
    await expect(inClusterConfig(env, folder)).rejects.toThrow(
      /namespace does not exist \(the pod's service account; set automountServiceAccountToken\)/,
    );
  });
});

function put(name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text);
}
