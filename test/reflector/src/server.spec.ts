import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { fastClock } from './fast-clock.spec-helper.ts';
import { informerUser, Scene } from './scene.spec-helper.ts';

describeOnControlPlanes('An informer whose API server is restarted', (start) => {
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await start({ tokenUsers: [informerUser] });
  });
  afterAll(() => controlPlane.stop());

  /** Opens a scene whose informer is synced. */
  async function open(namespace: string): Promise<Scene> {
    const scene = await Scene.open(controlPlane, namespace, { clock: fastClock(10) });
    await scene.writer.write(3);
    await scene.start();
    await scene.writer.write(20);
    return scene;
  }

  /** Restarts the API server while the writers go on as well as they can. */
  async function restart(signal: 'SIGTERM' | 'SIGKILL', scenes: readonly Scene[]): Promise<void> {
    let isBack = false;
    const writing = scenes.map(({ writer }) => writer.writeUntil(() => isBack, 60_000));
    await controlPlane.restartApiServer(signal);
    isBack = true;
    await Promise.all(writing);
  }

  async function missedNothing(scene: Scene): Promise<void> {
    await scene.writer.write(20);
    await scene.settled();
    await scene.stopped();
  }

  it('misses nothing when the server goes in good order', async () => {
    const scene = await open('term');
    try {
      const before = scene.proxy.requests.length;
      await restart('SIGTERM', [scene]);
      expect(scene.proxy.requests.length).toBeGreaterThan(before);
      await missedNothing(scene);
    } finally {
      await scene.close();
    }
  });

  it('misses nothing when the server is killed, nor when it was away meanwhile and the history is gone', async () => {
    const watching = await open('kill');
    const away = await open('away');
    try {
      const before = away.proxy.requests.length;
      away.proxy.setDoorway('reset');
      away.proxy.connections.resetAll();
      await away.writer.write(20);
      await controlPlane.compact();
      await restart('SIGKILL', [watching, away]);
      away.proxy.setDoorway('accept');
      await missedNothing(watching);
      await away.settled();
      // The server itself refuses the version it was at, and it reads everything anew, once.
      const asked = away.proxy.requests.slice(before).map(({ query }) => query.has('resourceVersion'));
      expect(asked).toEqual([true, false]);
      await missedNothing(away);
    } finally {
      await watching.close();
      await away.close();
    }
  });
});
