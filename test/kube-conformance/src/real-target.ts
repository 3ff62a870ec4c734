import { type ControlPlaneOptions, startControlPlane } from '../../controlplane/src/index.ts';
import { httpsTarget } from './https-target.ts';
import type { Target } from './target.ts';

/** Starts a real control plane; it is gone when it is closed or when this process ends. */
export async function startRealTarget(options: ControlPlaneOptions = {}): Promise<Target> {
  const controlPlane = await startControlPlane(options);
  const { server, ca, identity } = controlPlane.admin;
  return httpsTarget({ name: 'real', url: server, ca, ...identity, stop: () => controlPlane.stop() });
}
