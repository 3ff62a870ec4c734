// Whether what is rendered looks the same when it comes back: if not, it would be written at every pass.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { configMaps, secrets } from '@neo4j-operator/cluster-access';
import { createKubeSim } from '@neo4j-operator/kube-sim';
import {
  applyIfChanged,
  createKubeClient,
  KubeError,
  type KubeObject,
  needsApply,
  openGate,
  type Resource,
} from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import { claims, disruptionBudgets, services, statefulSets } from '../model/resources.ts';
import { renderClaim, renderSecret } from './once.ts';
import { rendered, sampleCluster, sampleServers, type SpecChange } from './samples.spec-helper.ts';
import { renderShared } from './shared.ts';

const clock = new VirtualClock();
const sim = createKubeSim({ clock, rng: seededRng(1), controllers: false });
const client = createKubeClient({
  transport: sim.transport({
    error: (message, reason, request) => new KubeError(message, { reason, request }),
  }),
  clock,
  gate: openGate,
});

beforeAll(async () => {
  sim.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } }, 'test');
  await clock.advance(1000);
});

afterAll(() => sim.close());

/** Applies an object, and says whether it would be applied again. */
async function isWrittenAgain<T extends KubeObject>(resource: Resource<T>, desired: T): Promise<boolean> {
  const { object } = await applyIfChanged({
    live: client,
    writer: client,
    resource,
    known: undefined,
    desired,
    owned: () => true,
    fieldManager: 'test',
    force: true,
  });
  return needsApply(object, desired);
}

const specs: readonly (readonly [string, SpecChange])[] = [
  ['the least', {}],
  ['Community Edition', { edition: 'community', topology: { primaries: 1 } }],
  ['one without resources', { resources: {} }],
  [
    'one that says everything',
    {
      image: { tag: '5.26.30', pullPolicy: 'Always', pullSecrets: ['b', 'a'] },
      topology: { primaries: 3, secondaries: 1 },
      storage: { size: '0.5Ti', className: 'fast' },
      resources: { requests: { cpu: '1500m', memory: '4096Mi' }, limits: { cpu: 2, memory: '5000Mi' } },
      memory: { heap: '1.5Gi', pageCache: '512Mi' },
      env: [
        { name: 'EMPTY', value: '' },
        { name: 'TEXT', value: 'some text' },
        { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
        { name: 'FROM_MAP', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
      ],
      config: { 'browser.post_connect_cmd': 'play – Übersicht' },
    },
  ],
];

describe.each(specs)('of %s', (title, change) => {
  const cluster = sampleCluster(change, `graph-${specs.findIndex(([name]) => name === title)}`);

  it('the objects of each server are settled once they are applied', async () => {
    for (const input of sampleServers(cluster)) {
      const { configMap, service, statefulSet } = rendered(input);

      expect(await isWrittenAgain(configMaps, configMap)).toBe(false);
      expect(await isWrittenAgain(services, service)).toBe(false);
      expect(await isWrittenAgain(statefulSets, statefulSet)).toBe(false);
      const key = { ...input.server, cluster, formation: formationOf(cluster.spec) };
      expect(await isWrittenAgain(claims, renderClaim(key))).toBe(false);
    }
  });

  it('the objects that it has once are settled once they are applied', async () => {
    const {
      client: forClients,
      headless,
      admin,
      budget,
    } = renderShared({
      cluster,
      lastServer: 3,
      mayDisrupt: true,
      edition: cluster.spec.edition,
    });

    for (const service of [forClients, headless, admin]) {
      expect(await isWrittenAgain(services, service)).toBe(false);
    }
    expect(await isWrittenAgain(disruptionBudgets, budget)).toBe(false);
    expect(
      await isWrittenAgain(
        secrets,
        renderSecret(cluster, 'bootstrap', () => 'Ab1Ab1Ab1'),
      ),
    ).toBe(false);
  });
});
