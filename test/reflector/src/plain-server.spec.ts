import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { informerUser, Scene } from './scene.spec-helper.ts';

const pageSize = 500;

/** Without streamed snapshots, and without the watch cache: what etcd has forgotten, this server has forgotten at once. */
describeOnControlPlanes(
  'An informer on an API server that streams no snapshots and caches nothing',
  (start) => {
    let controlPlane: ControlPlane;

    beforeAll(async () => {
      controlPlane = await start({
        tokenUsers: [informerUser],
        watchList: false,
        watchCache: false,
      });
    });
    afterAll(() => controlPlane.stop());

    async function within(namespace: string, act: (scene: Scene) => Promise<void>): Promise<void> {
      const scene = await Scene.open(controlPlane, namespace);
      try {
        await act(scene);
      } finally {
        await scene.close();
      }
    }

    it('falls back to a list, and remembers it', () =>
      within('fallback', async (scene) => {
        await scene.writer.write(3);
        await scene.start();
        await scene.writer.write(20);
        await scene.settled();
        expect(scene.proxy.requests.map(({ watch, status }) => [watch, status])).toEqual([
          [true, 422],
          [false, 200],
          [true, 200],
        ]);
        scene.expectEveryChangeOnce();
        await scene.stopped();
      }));

    it('reads everything anew, once, when etcd has forgotten the version it was at', () =>
      within('compacted', async (scene) => {
        await scene.writer.write(3);
        await scene.start();
        const before = scene.proxy.requests.length;
        scene.proxy.setDoorway('reset');
        scene.proxy.connections.resetAll();
        await scene.writer.write(20);
        await controlPlane.compact();
        scene.proxy.setDoorway('accept');
        await scene.settled();
        await scene.writer.write(20);
        await scene.settled();
        const [, ...later] = scene.proxy.requests.slice(before);
        expect(later.map(({ watch }) => watch)).toEqual([false, true]);
        await scene.stopped();
      }));

    it('starts a list over when etcd has forgotten its version between two pages', () =>
      within('pages', async (scene) => {
        await Promise.all(Array.from({ length: pageSize + 20 }, (_, at) => scene.writer.apply(`many-${at}`)));
        let forgets = true;
        scene.proxy.onRequest(async ({ query }) => {
          if (!query.has('continue') || !forgets) return undefined;
          forgets = false;
          await scene.writer.write(20);
          await controlPlane.compact();
          return undefined;
        });
        await scene.start();
        await scene.settled();
        const lists = scene.proxy.requests.filter(({ watch }) => !watch);
        expect(lists.map(({ query, status }) => [query.has('continue'), status])).toEqual([
          [false, 200],
          [true, 410],
          [false, 200],
          [true, 200],
        ]);
        await scene.stopped();
      }));
  },
);
