import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { ApiCall } from './api-call.ts';
import { isWrite } from './audit.ts';
import { pinnedVersion } from './binaries.ts';
import { type RealControlPlane, startControlPlane } from './control-plane.ts';
import { describeWithControlPlane } from './describe.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

function createConfigMap(name: string): ApiCall {
  return {
    method: 'POST',
    path: configMaps,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  };
}

describeWithControlPlane('A control plane', () => {
  let controlPlane: RealControlPlane;
  let startMs: number;

  beforeAll(async () => {
    const startedAt = systemClock.monotonic();
    controlPlane = await startControlPlane({
      tokenUsers: [{ userName: 'token-admin', groups: ['system:masters'] }, { userName: 'nobody' }],
    });
    startMs = systemClock.monotonic() - startedAt;
  });
  afterAll(() => controlPlane.stop());

  it('starts in seconds and knows its version', async () => {
    expect(startMs).toBeLessThan(20_000);
    const version = await controlPlane.callOk({ method: 'GET', path: '/version' });
    if (process.env['KUBEBUILDER_ASSETS'] === undefined) {
      expect(version).toMatchObject({ gitVersion: pinnedVersion() });
    }
  });

  it('knows users by certificate and allows them what they were granted, no more', async () => {
    const user = await controlPlane.user('reader', ['some-group']);
    const list: ApiCall = { method: 'GET', path: configMaps };
    expect(await controlPlane.call(list, user)).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', message: expect.stringContaining('User "reader"') },
    });
    await controlPlane.grant('reader', 'reader', [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list'] },
    ]);
    expect((await controlPlane.call(list, user)).status).toBe(200);
    expect((await controlPlane.call(createConfigMap('refused'), user)).status).toBe(403);
  });

  it('refuses a certificate that has expired', async () => {
    const validity = { notBefore: Date.UTC(2020), notAfter: Date.UTC(2021) };
    const late = await controlPlane.user('late', ['system:masters'], validity);
    expect((await controlPlane.call({ method: 'GET', path: configMaps }, late)).status).toBe(401);
  });

  it('knows users by the token file', async () => {
    const call = createConfigMap('by-token');
    expect((await controlPlane.call(call, controlPlane.tokenUser('nobody'))).status).toBe(403);
    expect((await controlPlane.call(call, controlPlane.tokenUser('token-admin'))).status).toBe(201);
    expect(() => controlPlane.tokenUser('stranger')).toThrow('stranger is not among the tokenUsers');
  });

  it('lays out a service account as a pod would find it', async () => {
    const account = await controlPlane.serviceAccount('default', 'operator');
    const read = (name: string): string => readFileSync(join(account.mountDir, name), 'utf8');
    expect(read('token')).toBe(account.identity.token);
    expect(read('ca.crt')).toBe(controlPlane.address.ca);
    expect(read('namespace')).toBe('default');
    expect(await controlPlane.call({ method: 'GET', path: configMaps }, account)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('system:serviceaccount:default:operator') },
    });
  });

  it('writes the files of a user for another address', () => {
    const user = controlPlane.tokenUser('token-admin');
    const address = { server: 'https://127.0.0.1:1', ca: 'another authority' };
    const moved = controlPlane.via(address, user);
    expect(moved).toMatchObject({ ...address, userName: 'token-admin', identity: user.identity });
    expect(readFileSync(moved.kubeconfigFile, 'utf8')).toContain(address.server);
    expect(readFileSync(join(moved.mountDir, 'ca.crt'), 'utf8')).toBe(address.ca);
    expect(readFileSync(user.kubeconfigFile, 'utf8')).toContain(controlPlane.address.server);
  });

  it('sends what a deletion says', async () => {
    await controlPlane.callOk(createConfigMap('kept'));
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'of another one' } };
    const path = `${configMaps}/kept`;
    expect((await controlPlane.call({ method: 'DELETE', path, body })).status).toBe(409);
  });

  it('writes into the audit log who did what', async () => {
    const since = controlPlane.audit.position();
    const user = controlPlane.tokenUser('token-admin');
    await controlPlane.callOk(createConfigMap('audited'), user);
    await controlPlane.callOk({ method: 'GET', path: `${configMaps}/audited` }, user);
    expect(controlPlane.audit.entries({ since }).map(({ verb, user: name }) => [verb, name])).toEqual([
      ['create', 'token-admin'],
      ['get', 'token-admin'],
    ]);
    expect(controlPlane.audit.writes('token-admin', { since })).toMatchObject([
      {
        code: 201,
        userAgent: 'controlplane-harness',
        resource: { group: '', version: 'v1', resource: 'configmaps', namespace: 'default', name: 'audited' },
      },
    ]);
    expect(controlPlane.audit.writes('nobody').every(isWrite)).toBe(true);
  });

  it('admits pods into a namespace made by the harness', async () => {
    await controlPlane.namespace('with-pods');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    const created = await controlPlane.callOk({
      method: 'POST',
      path: '/api/v1/namespaces/with-pods/pods',
      body: pod,
    });
    expect(created).toMatchObject({ spec: { serviceAccountName: 'default' } });
  });

  it('is driven by kubectl, as whoever is asked', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: by-kubectl}\n';
    expect(await controlPlane.kubectl(['apply', '-f', '-'], { input: manifest })).toContain('created');
    const nobody = controlPlane.tokenUser('nobody');
    await expect(controlPlane.kubectl(['get', 'configmaps'], { as: nobody })).rejects.toThrow('Forbidden');
  });

  describe('restarted', () => {
    it.each(['SIGTERM', 'SIGKILL'] as const)('after %s has its data, at the same address', async (signal) => {
      const name = `kept-${signal.toLowerCase()}`;
      await controlPlane.callOk(createConfigMap(name));
      const before = controlPlane.pids;
      await controlPlane.stopApiServer(signal);
      await expect(controlPlane.call({ method: 'GET', path: '/readyz' })).rejects.toThrow('ECONNREFUSED');
      await controlPlane.startApiServer();
      expect((await controlPlane.call({ method: 'GET', path: `${configMaps}/${name}` })).status).toBe(200);
      expect(controlPlane.pids.etcd).toBe(before.etcd);
      expect(controlPlane.pids.apiServer).not.toBe(before.apiServer);
    });

    it('does not wait for watches, which it ends', async () => {
      const path = `${configMaps}?watch=true&timeoutSeconds=600`;
      const watch = controlPlane.call({ method: 'GET', path });
      const begun = (): boolean => controlPlane.audit.entries().some((entry) => path === entry.uri);
      while (!begun()) await sleep(systemClock, 20);
      const startedAt = systemClock.monotonic();
      await controlPlane.restartApiServer();
      expect(systemClock.monotonic() - startedAt).toBeLessThan(25_000);
      expect((await watch).status).toBe(200);
    });

    it('after a compaction has forgotten older revisions', async () => {
      const created = (await controlPlane.callOk(createConfigMap('old'))) as {
        metadata: { resourceVersion: string };
      };
      await controlPlane.callOk(createConfigMap('newer'));
      await controlPlane.compact();
      await controlPlane.restartApiServer('SIGKILL');
      const watch = `${configMaps}?watch=true&timeoutSeconds=1&resourceVersion=${created.metadata.resourceVersion}`;
      const answer = await controlPlane.call({ method: 'GET', path: watch });
      expect(answer).toMatchObject({
        status: 200,
        body: { type: 'ERROR', object: { code: 410, reason: 'Expired' } },
      });
    });
  });
});

describeWithControlPlane('Control planes', () => {
  it('run side by side, each with its own data', async () => {
    const [one, two] = await Promise.all([startControlPlane(), startControlPlane()]);
    try {
      expect((await one.call(createConfigMap('only-here'))).status).toBe(201);
      expect((await two.call({ method: 'GET', path: `${configMaps}/only-here` })).status).toBe(404);
      await expect(
        two.call({ method: 'GET', path: configMaps }, { ...one.admin, server: two.address.server }),
      ).rejects.toThrow(/certificate/);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    expect([existsSync(one.dir), existsSync(two.dir)]).toEqual([false, false]);
    await one.stop();
  });

  it('say what the API server said when it does not start, and leave nothing', async () => {
    const started = startControlPlane({ apiServerArgs: ['--no-such-flag'] });
    await expect(started).rejects.toThrow(
      /kube-apiserver did not start: it ended with exit code 1.*no-such-flag/s,
    );
  });

  it('have working controllers if asked', async () => {
    const controlPlane = await startControlPlane({ controllerManager: true });
    try {
      const owner = (await controlPlane.callOk(createConfigMap('owner'))) as { metadata: { uid: string } };
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid },
      ];
      const owned = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'owned', ownerReferences },
      };
      await controlPlane.callOk({ method: 'POST', path: '/api/v1/namespaces/default/secrets', body: owned });
      await controlPlane.callOk({ method: 'DELETE', path: `${configMaps}/owner` });
      await controlPlane.kubectl(['wait', '--for=delete', 'secret/owned', '--timeout=30s']);
    } finally {
      await controlPlane.stop();
    }
  });
});
