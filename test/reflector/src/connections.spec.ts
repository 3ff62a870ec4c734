import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import {
  createKubeClient,
  type Delta,
  keyOf,
  type KubeTransport,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import {
  type Action,
  blackhole,
  delay,
  type Doorway,
  resetAfterEvents,
  slowDrip,
  status,
} from '../../faultproxy/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { startRelay } from './relay.spec-helper.ts';
import { informerUser, Scene, type SceneOptions, transportTo } from './scene.spec-helper.ts';
import { type ConfigMap, configMaps } from './writer.spec-helper.ts';

/** Asks for watches so short that several fit into a test. The API server sends a bookmark two seconds before the end of each. */
function withShortWatches(transport: KubeTransport): KubeTransport {
  return {
    ...transport,
    stream: (request) => transport.stream({ ...request, query: { ...request.query, timeoutSeconds: '4' } }),
  };
}

interface Moment {
  readonly when: string;
  readonly namespace: string;
  readonly doorway?: Doorway;
  /** What is done to the requests, one after the other. */
  readonly rules?: readonly Action[];
  /** Connections of answers that are over, which the transport keeps for the next request. */
  readonly idle?: number;
}

const moments: readonly Moment[] = [
  { when: 'the connection is being made', namespace: 'stop-connect', doorway: 'blackhole' },
  { when: 'no answer has come', namespace: 'stop-open', rules: [blackhole()] },
  { when: 'the answer is on its way', namespace: 'stop-answer', rules: [delay(150)] },
  { when: 'half of the snapshot has come', namespace: 'stop-snapshot', rules: [slowDrip(50, 50)] },
  { when: 'it waits to try again', namespace: 'stop-backoff', rules: [status(500)], idle: 1 },
  { when: 'it tries again', namespace: 'stop-again', rules: [resetAfterEvents(1), blackhole()] },
];

describeOnControlPlanes('The connections of an informer', (start) => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await start({ tokenUsers: [informerUser] });
  });
  afterAll(() => controlPlane.stop());

  async function within(
    namespace: string,
    act: (scene: Scene) => Promise<void>,
    options?: SceneOptions,
  ): Promise<void> {
    const scene = await Scene.open(controlPlane, namespace, options);
    try {
      await act(scene);
    } finally {
      await scene.close();
    }
  }

  it.concurrent.each([
    { then: 'the watch goes on', isGone: false },
    { then: 'everything is read anew', isGone: true },
  ])('may break: what was made anew meanwhile is told as deleted and added when $then', ({ isGone }) =>
    within(`away-${isGone}`, async (scene) => {
      const first = await scene.writer.apply('same');
      const gone = await scene.writer.apply('gone');
      await scene.start();
      scene.proxy.setDoorway('reset');
      scene.proxy.connections.resetAll();
      await scene.writer.delete('same');
      const second = await scene.writer.apply('same');
      await scene.writer.delete('gone');
      if (isGone) scene.proxy.script({ watch: true, action: status(410) });
      scene.proxy.setDoorway('accept');
      await scene.settled();
      expect(scene.snapshots).toHaveLength(isGone ? 2 : 1);
      const told = (of: Stored<ConfigMap>): readonly Delta<ConfigMap>[] =>
        scene.deltas.slice(2).filter(({ key }) => key === keyOf(of));
      expect(told(first)).toMatchObject([
        { type: 'deleted', prev: { metadata: { uid: first.metadata.uid } }, finalStateUnknown: isGone },
        { type: 'added', next: { metadata: { uid: second.metadata.uid } } },
      ]);
      expect(told(gone)).toMatchObject([
        { type: 'deleted', prev: { metadata: { uid: gone.metadata.uid } }, finalStateUnknown: isGone },
      ]);
    }),
  );

  it.concurrent(
    'may end after a quiet time and a compaction: bookmarks keep its version young, nothing is read anew',
    () =>
      within(
        'quiet',
        async (scene) => {
          await scene.start();
          await scene.writer.write(5);
          const compacted = await controlPlane.compact();
          await scene.writer.write(5);
          await eventually(() => {
            const last = scene.resumed.at(-1)?.query.get('resourceVersion');
            expect(Number(last)).toBeGreaterThan(Number(compacted));
          });
          expect(scene.snapshots).toHaveLength(1);
          expect(scene.deltas).toEqual([]);
        },
        { labelSelector: 'nobody=carries-it', wrap: withShortWatches },
      ),
  );

  it.concurrent.each(moments)(
    'are gone, and nothing is delivered, when it is stopped while $when',
    ({ namespace, idle = 0, rules = [], doorway = 'accept' }) =>
      within(namespace, async (scene) => {
        await scene.writer.write(3);
        for (const action of rules) scene.proxy.script({ action });
        scene.proxy.setDoorway(doorway);
        scene.registry.start();
        await eventually(() => {
          const { requests, connections } = scene.proxy;
          expect(doorway === 'accept' ? requests.length : connections.total).toBeGreaterThan(0);
        });
        await sleep(systemClock, 100);
        await scene.stopped({ idle });
        expect(scene.deltas).toEqual([]);
        expect(scene.handle.state).toMatchObject({ phase: 'stopped', synced: false });
      }),
  );

  it.concurrent(
    'are one for a thousand requests in a row, and at most 32 for any number at once',
    async () => {
      const { server, ca } = controlPlane.address;
      const relay = await startRelay(server);
      const address = { server: `https://127.0.0.1:${relay.port}`, ca };
      const transport = transportTo(address, controlPlane.tokenUser(informerUser.userName).identity);
      const client = createKubeClient({ transport, clock: systemClock });
      const key = objectKey('default', 'nothing');
      try {
        for (let request = 0; request < 1000; request++) await client.get(configMaps, key);
        expect(relay.total).toBe(1);
        await Promise.all(Array.from({ length: 300 }, () => client.get(configMaps, key)));
        expect(relay.total).toBeLessThanOrEqual(32);
      } finally {
        await transport.close();
        relay.close();
      }
    },
  );
});
