import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { childProcess, type HollowNodes, type Program } from '@neo4j-operator/hollow-node';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { podObject, Scene } from './scene.spec-helper.ts';

/** Serves a file of its volume at the address of its pod. */
const serving = `
  import { createServer } from 'node:http';
  import { readFile } from 'node:fs/promises';
  createServer(async (request, response) => response.end(await readFile(process.env.FILE, 'utf8')))
    .listen(8080, process.env.POD_IP, () => console.log('listening'));
  process.on('SIGTERM', () => { console.log('leaving'); process.exit(0); });`;

/** Fetches what a name leads to. */
const fetching = `
  const answer = await fetch(process.argv[1]);
  console.log(await answer.text());`;

describeOnControlPlanes('Pods that are processes', (start) => {
  let scene: Scene;
  const evaluate = (script: string): Program =>
    childProcess({
      entrypoint: [process.execPath, '--input-type=module', '--eval', script],
      extraEnv: () => nodes().namesEnv,
    });
  const nodes = (): HollowNodes => scene.nodes;

  beforeAll(async () => {
    scene = await Scene.open(start, {
      programs: (image) => ({ server: evaluate(serving), client: evaluate(fetching) })[image],
      volumeRefreshMs: 500,
    });
  });
  afterAll(() => scene.close());

  it('find their volumes and each other, answer probes and leave their logs', async () => {
    const ns = 'processes';
    await scene.namespace(ns);
    const greeting = (text: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'greeting' },
      data: { text },
    });
    await scene.apply(
      ns,
      greeting('hello'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'servers' },
        spec: { clusterIP: 'None', selector: { app: 'server' }, ports: [{ port: 8080 }] },
      },
      podObject('server', {
        labels: { app: 'server' },
        hostname: 'one',
        subdomain: 'servers',
        volumes: [{ name: 'greeting', configMap: { name: 'greeting' } }],
        container: {
          image: 'server',
          env: [
            { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'FILE', value: '/config/text' },
          ],
          volumeMounts: [{ name: 'greeting', mountPath: '/config' }],
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
          livenessProbe: { exec: { command: ['cat', '/config/text'] }, periodSeconds: 1 },
        },
      }),
    );
    await scene.ready(ns, 'server');

    let asked = 0;
    const ask = async (): Promise<string> => {
      const name = `client-${asked++}`;
      const container = { image: 'client', args: [`http://one.servers.${ns}.svc.cluster.local:8080/`] };
      await scene.apply(ns, podObject(name, { restartPolicy: 'Never', container }));
      await eventually(async () => {
        expect((await scene.pod(ns, name)).status.phase).toBe('Succeeded');
      });
      return scene.kubectl('logs', name, '-n', ns);
    };
    expect(await ask()).toBe('hello\n');
    await scene.apply(ns, greeting('goodbye'));
    await eventually(async () => {
      expect(await ask()).toBe('goodbye\n');
    });

    await scene.kubectl('delete', 'pod', 'server', '-n', ns);
  });
});
