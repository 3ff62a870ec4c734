import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import {
  type RealControlPlane,
  type ServerAddress,
  startControlPlane,
} from '../../controlplane/src/index.ts';
import { type Relay, startRelay } from './relay.spec-helper.ts';
import { informerUser, Scene } from './scene.spec-helper.ts';

/** Two API servers behind one address. What etcd tells the second can be held back: then its watch cache is older than the first's. */
describeWithControlPlane('An informer that is led to an API server with an older watch cache', () => {
  let controlPlane: RealControlPlane;
  let toEtcd: Relay;
  let second: ServerAddress;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ tokenUsers: [informerUser] });
    toEtcd = await startRelay(controlPlane.etcdUrl);
    second = await controlPlane.startSecondApiServer(`http://127.0.0.1:${toEtcd.port}`);
  });
  afterAll(async () => {
    toEtcd.close();
    await controlPlane.stop();
  });

  /** What the second server is asked within this time, it answers from its old cache, or not at all. */
  const lagMs = 3_000;

  async function within(
    namespace: string,
    first: ServerAddress,
    act: (scene: Scene, entrance: Relay) => Promise<void>,
  ): Promise<void> {
    const entrance = await startRelay(first.server);
    const address = { ...first, server: `https://127.0.0.1:${entrance.port}` };
    const scene = await Scene.open(controlPlane, namespace, { address });
    try {
      await scene.writer.write(3);
      await act(scene, entrance);
      await scene.stopped();
    } finally {
      toEtcd.release();
      await scene.close();
      entrance.close();
    }
  }

  it('goes on from the version it was at: it never goes back, reads nothing anew, and is told each change once', () =>
    within('moved', controlPlane.address, async (scene, entrance) => {
      await scene.start();
      toEtcd.hold();
      await scene.writer.write(20);
      await scene.settled();
      const told = scene.deltas.length;
      entrance.moveTo(second.server);
      await scene.writer.write(20);
      await sleep(systemClock, lagMs);
      expect(scene.deltas).toHaveLength(told);
      toEtcd.release();
      await scene.settled();
      expect(scene.snapshots).toHaveLength(1);
      scene.expectEveryChangeOnce();
    }));

  it('is not synced before it has a snapshot that is not older than its start', () =>
    within('started', second, async (scene) => {
      toEtcd.hold();
      await scene.writer.write(20);
      scene.registry.start();
      await sleep(systemClock, lagMs);
      expect(scene.handle.state.synced).toBe(false);
      expect(scene.deltas).toEqual([]);
      toEtcd.release();
      await scene.settled();
    }));
});
