// A real control plane and a simulated one, for clients that shall not notice which is which.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import { createHollowNodes, type HollowNodes } from '@neo4j-operator/hollow-node';
import { type ControlPlane, startControlPlane } from '../../controlplane/src/index.ts';
import { startSimulatedControlPlane } from '../../controlplane/src/simulated.ts';
import { obedient } from '../../hollow-node/src/scene.spec-helper.ts';
import { transportTo } from '../../reflector/src/scene.spec-helper.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';

export interface Pair {
  readonly real: ControlPlane;
  readonly simulated: ControlPlane;
  /** Does the same on both at once. */
  onBoth<T>(
    act: (controlPlane: ControlPlane) => Promise<T>,
  ): Promise<{ readonly real: T; readonly simulated: T }>;
  close(): Promise<void>;
}

/** Starts both with their controllers, and with hollow nodes of these names if there are any. */
export async function openPair(nodeNames: readonly string[] = []): Promise<Pair> {
  const real = await startControlPlane({ controllerManager: true });
  const simulated = await startSimulatedControlPlane({ controllerManager: true });
  const onBoth: Pair['onBoth'] = async (act) => {
    const [ofReal, ofSimulated] = await Promise.all([act(real), act(simulated)]);
    return { real: ofReal, simulated: ofSimulated };
  };
  const leave: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(leave.map((each) => each()));
    await onBoth((controlPlane) => controlPlane.stop());
  };
  try {
    await onBoth(async (controlPlane) => {
      await accountOf(controlPlane, 'default');
      if (nodeNames.length > 0) await runNodes(controlPlane, nodeNames, leave);
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { real, simulated, onBoth, close };
}

/** Waits until pods can be made in a namespace: the controllers make the account that admission asks for. */
export async function accountOf(controlPlane: ControlPlane, namespace: string): Promise<void> {
  await eventually(() =>
    controlPlane.callOk({ method: 'GET', path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` }),
  );
}

/** `leave` gets what ends them, even if they do not start. */
async function runNodes(
  controlPlane: ControlPlane,
  names: readonly string[],
  leave: (() => Promise<void>)[],
): Promise<void> {
  const transport = transportTo(controlPlane.address, controlPlane.admin.identity);
  const dataDir = mkdtempSync(join(tmpdir(), 'kube-clients-'));
  const nodes: HollowNodes = createHollowNodes({
    transport,
    clock: systemClock,
    rng: systemRng,
    programs: (image) => (image.startsWith('test/') ? obedient : undefined),
    nodes: names.map((name, index) => ({ name, zone: `zone-${String(index)}` })),
    dataDir,
  });
  leave.push(async () => {
    await nodes.stop();
    await transport.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await nodes.start();
}
