// Runs pods on hollow nodes and a simulated control plane, all in this process, until it is killed. Arguments: how many, and a folder.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import { createHollowNodes, type Exit, type Program } from '@neo4j-operator/hollow-node';
import { createKubeSim } from '@neo4j-operator/kube-sim';

const podsPerNode = 100;
const inFlight = 16;
const path = '/api/v1/namespaces/default/pods';

const idle: Program = {
  start() {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    return {
      exited,
      signal: (signal) => {
        resolve({ code: signal === 'SIGKILL' ? 137 : 0 });
      },
      answer: () => Promise.resolve(200),
    };
  },
};

const [total = '', dir = ''] = process.argv.slice(2);
const count = Number(total);
const sim = createKubeSim({ clock: systemClock, rng: systemRng });
const transport = sim.transport();
const nodes = createHollowNodes({
  transport,
  clock: systemClock,
  rng: systemRng,
  listen: false,
  dataDir: mkdtempSync(join(dir, 'hollow-nodes-')),
  programs: () => idle,
  nodes: Array.from({ length: Math.ceil(count / podsPerNode) }, (_, index) => ({
    name: `node-${index}`,
    zone: `zone-${index % 3}`,
  })),
});
await nodes.start();
const watch = await transport.stream({ method: 'GET', path, query: { watch: 'true', resourceVersion: '0' } });
console.log('bench ready');
const allReady = whenReady(watch.chunks, count);
let next = 0;
await Promise.all(Array.from({ length: inFlight }, createPods));
await allReady;
console.log('bench held');
await sleep(systemClock, 600_000);

/** A probed container with the token and the certificate that every pod gets. */
async function createPods(): Promise<void> {
  while (next < count) {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${next++}`, labels: { app: 'bench' } },
      spec: {
        containers: [
          { name: 'main', image: 'idle', readinessProbe: { httpGet: { port: 80 }, periodSeconds: 10 } },
        ],
      },
    });
    const { status } = await transport.request({ method: 'POST', path, body });
    if (status !== 201) throw new Error(`POST was answered ${status}`);
  }
}

interface PodEvent {
  readonly object: {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  };
}

/** Reads until so many pods have been Ready. */
async function whenReady(chunks: AsyncIterable<Uint8Array>, wanted: number): Promise<void> {
  const ready = new Set<string>();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { metadata, status } = (JSON.parse(line) as PodEvent).object;
      const isReady = status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
      if (isReady === true) ready.add(metadata.name);
    }
    if (ready.size >= wanted) return;
  }
}
