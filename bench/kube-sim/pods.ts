// Holds Pods of 8.8 KB JSON each, with a watch on them, until it is killed. Argument: how many.
import { sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import { createKubeSim } from '@neo4j-operator/kube-sim';
import { createKubeClient, openGate } from '@neo4j-operator/reconcile-kit';
import { populatePods } from '../harness/populate.ts';

const [total = ''] = process.argv.slice(2);
const sim = createKubeSim({ clock: systemClock, rng: systemRng });
const client = (userAgent: string) =>
  createKubeClient({
    transport: sim.transport({ userAgent }),
    clock: systemClock,
    gate: openGate,
  });
const watch = await sim
  .transport()
  .stream({ method: 'GET', path: '/api/v1/pods', query: { watch: 'true', allowWatchBookmarks: 'true' } });
let bytes = 0;
void (async () => {
  for await (const chunk of watch.chunks) bytes += chunk.length;
})();
console.log('bench ready');
await populatePods(client('creator'), client('kubelet'), Number(total));
const { body } = await sim
  .transport()
  .request({ method: 'GET', path: '/api/v1/pods', query: { limit: '1' } });
console.log(`bytes of one, as listed: ${body.length}; of all events: ${bytes}`);
console.log('bench held');
await sleep(systemClock, 600_000);
