import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { interceptLookups } from '@neo4j-operator/hollow-node';
import {
  ClusterConnections,
  driverConnector,
  readServers,
  showServers,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { endpointOf, handMade } from '../hand-made.spec-helper.ts';
import type { RealStage } from '../index.ts';
import { describeStages } from './describe-stages.ts';

const cluster = { namespace: 'default', name: 'c' };
const pods = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true } as const;

/** Asks for what it may have, for what it may not, and where a server is. */
const curious = `
import { readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
const file = process.argv.find((arg) => arg.startsWith('--kubeconfig=')).slice('--kubeconfig='.length);
const { clusters: [{ cluster }], users: [{ user }] } = JSON.parse(readFileSync(file, 'utf8'));
const get = (path) => new Promise((resolve, reject) => {
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64');
  request(new URL(path, cluster.server), { ca, headers: { authorization: 'Bearer ' + user.token } },
    (answer) => { answer.resume(); resolve(answer.statusCode); }).on('error', reject).end();
});
console.log('pods', await get('/api/v1/pods'));
console.log('secrets', await get('/api/v1/secrets'));
console.log('address', (await lookup('c-1.default.svc.cluster.local')).address);
setInterval(() => undefined, 1000);
process.on('SIGTERM', () => process.exit(0));
`;

const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
const account = { namespace: 'operators', name: 'curious' };

describeStages('A stage in real time', (open) => {
  let stage: RealStage;
  let dir: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'curious-'));
    const bundle = join(dir, 'curious.mjs');
    stage = await open({
      account,
      bundle,
      build: () => {
        writeFileSync(bundle, curious);
      },
      rbac: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'curious' },
          rules,
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'curious' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'curious' },
          subjects: [{ kind: 'ServiceAccount', ...account }],
        },
      ] as never,
    });
  });
  afterAll(async () => {
    await stage.close();
    rmSync(dir, { recursive: true });
  });

  it('forms a cluster that the driver reaches by the names of its Services', async () => {
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    const { addresses, credentials } = endpointOf('c', 3);
    const restore = interceptLookups((name) => stage.nodes.resolve(name));
    const connections = new ClusterConnections({
      addresses,
      clock: systemClock,
      connector: driverConnector({ clock: systemClock, userAgent: 'stage' }),
      credentials: () => Promise.resolve(credentials),
      trust: () => 'plaintext',
    });
    try {
      await stage.until(async () => {
        const { rows } = await connections.read(showServers(versionOf('2026.08.1')));
        const servers = readServers(rows);
        return (
          servers.length === 3 &&
          servers.every(({ health, state }) => state === 'Enabled' && health === 'Available')
        );
      });
    } finally {
      await connections.close();
      restore();
    }
    expect(
      stage.world.statements.some(({ text, user }) => user === 'neo4j' && text.includes('SHOW SERVERS')),
    ).toBe(true);
    await stage.until(() => stage.probes(cluster).write('kept'));
  });

  it('keeps data when a pod is deleted', async () => {
    const before = await stage.get(pods, 'default', 'c-1-0');
    await stage.delete(pods, 'default', 'c-1-0');
    await stage.until(async () => {
      const now = await stage.get(pods, 'default', 'c-1-0');
      return now !== undefined && now.metadata.uid !== before?.metadata.uid;
    });
    await stage.until(() => stage.world.serversOf(cluster).length === 3);
    await stage.until(() => stage.probes(cluster).read('kept'));
  });

  it('runs an operator under its roles, and tells what it was refused', async () => {
    const operator = stage.startOperator();
    await stage.until(() => operator.output.includes('address'));
    expect(operator.output).toMatch(/^pods 200\nsecrets 403\naddress 127\./);
    expect(stage.forbidden().map(({ resource, verb }) => `${verb} ${resource?.resource ?? ''}`)).toEqual([
      'list secrets',
    ]);
    expect(stage.writes()).toEqual([]);
    expect(await operator.stop()).toBe(0);
  });
});
