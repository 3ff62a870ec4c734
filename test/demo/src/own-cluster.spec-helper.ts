// A cluster of somebody's own: a real control plane, nodes that can run the image of Node.js, and simulated Neo4j servers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import { childProcess, type Program } from '@neo4j-operator/hollow-node';
import { promptTimings } from '@neo4j-operator/neo4j-sim';
import { createScreen } from '../../../tools/demo/screen.ts';
import { type ControlPlane, startControlPlane } from '../../controlplane/src/index.ts';
import { Scene } from '../../hollow-node/src/scene.spec-helper.ts';
import { neo4jPrograms, World } from '../../stage/src/index.ts';
import { storageClass } from '../../stage/src/stage/manifests.ts';

/** Where a kubelet puts the token of a pod's service account. */
const accountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

export class OwnCluster {
  readonly scene: Scene;
  /** False where nodes cannot pull it. */
  hasNodeImage = true;
  readonly #world: World;
  readonly #dir: string;

  static async open(): Promise<OwnCluster> {
    const dir = mkdtempSync(join(tmpdir(), 'own-cluster-'));
    const opened: { own?: OwnCluster } = {};
    const world = new World({
      clock: systemClock,
      rng: systemRng,
      timings: promptTimings,
      listen: true,
      resolve: (name) => opened.own?.scene.nodes.resolve(name),
    });
    const servers = neo4jPrograms(world);
    const scene = await Scene.open(startControlPlane, {
      programs: (image) => (image.startsWith('node:') ? opened.own?.nodeImage() : servers(image)),
    });
    const own = new OwnCluster(scene, world, dir);
    opened.own = own;
    await scene.controlPlane.callOk({
      method: 'POST',
      path: '/apis/storage.k8s.io/v1/storageclasses',
      body: storageClass,
    });
    return own;
  }

  private constructor(scene: Scene, world: World, dir: string) {
    this.scene = scene;
    this.#world = world;
    this.#dir = dir;
  }

  get controlPlane(): ControlPlane {
    return this.scene.controlPlane;
  }

  /**
   * The image of Node.js. A process has no file system of its own, so where the token is it is told by a kubeconfig; it listens on the
   * address of its pod, not on all.
   */
  nodeImage(): Program | undefined {
    if (!this.hasNodeImage) return undefined;
    return {
      start: (container) => {
        const account = container.mounts.find(({ mountPath }) => mountPath === accountPath);
        if (account === undefined) throw new Error('the pod has no service account');
        const kubeconfig = this.kubeconfig(`${container.pod.uid}.json`, {
          ca: join(account.hostPath, 'ca.crt'),
          tokenFile: join(account.hostPath, 'token'),
          namespace: container.pod.namespace,
        });
        return childProcess({
          entrypoint: ['node'],
          env: { PATH: dirname(process.execPath) },
          extraEnv: () => ({
            ...this.scene.nodes.namesEnv,
            NEO4J_OPERATOR_KUBECONFIG: kubeconfig,
            NEO4J_OPERATOR_METRICS_ADDRESS: container.pod.ip,
          }),
        }).start(container);
      },
    };
  }

  /** Writes a kubeconfig. */
  kubeconfig(
    name: string,
    {
      ca,
      namespace = 'default',
      server = this.controlPlane.address.server,
      tokenFile,
    }: {
      readonly server?: string;
      readonly ca?: string;
      readonly tokenFile?: string;
      readonly namespace?: string;
    },
  ): string {
    const cluster = { server, ...(ca === undefined ? {} : { 'certificate-authority': ca }) };
    const user = tokenFile === undefined ? {} : { tokenFile };
    const file = join(this.#dir, name);
    const text = JSON.stringify({
      'current-context': 'it',
      clusters: [{ name: 'it', cluster }],
      users: [{ name: 'it', user }],
      contexts: [{ name: 'it', context: { cluster: 'it', user: 'it', namespace } }],
    });
    writeFileSync(file, text);
    return file;
  }

  async close(): Promise<void> {
    await this.scene.close();
    this.#world.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** A screen that keeps its lines. */
export function recordedScreen(): { readonly screen: ReturnType<typeof createScreen>; text(): string } {
  let text = '';
  return { screen: createScreen({ write: (more) => (text += more) }), text: () => text };
}
