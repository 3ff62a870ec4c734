import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { createKubeSim, type SimTransport } from '@neo4j-operator/kube-sim';
import { describe, expect, it } from '@jest/globals';
import { openGate } from '../client/client.ts';
import { createKubeClient } from '../client/kube-client.ts';
import { KubeError } from '../core/errors.ts';
import { objectKey } from '../core/key.ts';
import { silentLogger } from '../core/logger.ts';
import { defineResource } from '../core/resource.ts';
import { InformerRegistry } from '../informer/registry.ts';
import { noMetrics } from '../metrics/none.ts';
import type { KubeTransport } from './transport.ts';

const configMaps = defineResource({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
});
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default' },
  data: { a: '1' },
};
const key = objectKey('default', 'a');

/** Fails to compile once the two shapes part. */
const asKubeTransport = (transport: SimTransport): KubeTransport => transport;

function simulated() {
  const clock = new VirtualClock();
  const sim = createKubeSim({ clock, rng: seededRng(1) });
  const transport = asKubeTransport(
    sim.transport({ error: (message, reason, request) => new KubeError(message, { reason, request }) }),
  );
  const client = createKubeClient({ transport, clock, gate: openGate });
  return { clock, sim, transport, client };
}

describe('a simulated control plane', () => {
  it('serves the client, and shows an informer what it does', async () => {
    const { clock, sim, transport, client } = simulated();
    const registry = new InformerRegistry({
      transport,
      clock,
      rng: seededRng(2),
      logger: silentLogger,
      metrics: noMetrics,
    });
    const { lister, deltas$ } = registry.acquire(configMaps, { namespace: 'default' });
    registry.start();
    await clock.advance(0);
    const seen: string[] = [];
    deltas$.subscribe((deltas) => seen.push(...deltas.map(({ type }) => type)));
    const { metadata } = await client.create(configMaps, configMap);
    await client.jsonPatch(configMaps, key, [{ op: 'replace', path: '/data/a', value: '2' }]);
    await clock.advance(0);
    expect(lister.get(key)).toMatchObject({ data: { a: '2' } });
    await client.delete(configMaps, key, { uid: metadata.uid });
    await clock.advance(0);
    expect(lister.get(key)).toBeUndefined();
    expect(seen).toEqual(expect.arrayContaining(['added', 'updated', 'deleted']));
    await registry.stop();
    await sim.close();
  });

  it('fails in the words of the kit', async () => {
    const { sim, transport, client } = simulated();
    await client.create(configMaps, configMap);
    await expect(client.create(configMaps, configMap)).rejects.toMatchObject({ reason: 'AlreadyExists' });
    await transport.close();
    const late = client.get(configMaps, key);
    await expect(late).rejects.toBeInstanceOf(KubeError);
    await expect(late).rejects.toMatchObject({ reason: 'Aborted' });
    await sim.close();
  });
});
