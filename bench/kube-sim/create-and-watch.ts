// Creates small ConfigMaps in process as fast as it can, with a watch that reads them all. Argument: how many.
import { systemClock, systemRng } from '@neo4j-operator/clock';
import { createKubeSim } from '@neo4j-operator/kube-sim';

const path = '/api/v1/namespaces/default/configmaps';
const inFlight = 32;

const [total = ''] = process.argv.slice(2);
const count = Number(total);
const sim = createKubeSim({ clock: systemClock, rng: systemRng, controllers: false });
const transport = sim.transport();
// The first rounds also compile.
await round('warm', Math.min(count, 20_000));
const elapsedMs = await round('measured', count);
console.log(`result ${Math.round((count / elapsedMs) * 1_000)}`);
await sim.close();

/** Milliseconds until the last of `count` objects has come out of the watch. */
async function round(prefix: string, count: number): Promise<number> {
  const watch = await transport.stream({
    method: 'GET',
    path,
    query: { watch: 'true', resourceVersion: await versionNow() },
  });
  const start = systemClock.monotonic();
  const seen = deliver(watch.chunks, count);
  let next = 0;
  const create = async (): Promise<void> => {
    while (next < count) {
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${prefix}-${next++}` },
        data: { key: 'value' },
      });
      const { status } = await transport.request({ method: 'POST', path, body });
      if (status !== 201) throw new Error(`POST was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, create));
  await seen;
  const elapsedMs = systemClock.monotonic() - start;
  watch.close();
  return elapsedMs;
}

async function versionNow(): Promise<string> {
  const { body } = await transport.request({ method: 'GET', path, query: { limit: '1' } });
  const { metadata } = JSON.parse(Buffer.from(body).toString()) as {
    readonly metadata: { readonly resourceVersion: string };
  };
  return metadata.resourceVersion;
}

/** Reads until `count` events have come. */
async function deliver(chunks: AsyncIterable<Uint8Array>, count: number): Promise<void> {
  const newline = 0x0a;
  let events = 0;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) events++;
    if (events >= count) return;
  }
}
