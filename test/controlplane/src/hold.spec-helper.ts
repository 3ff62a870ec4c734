// A process that holds a control plane until it is killed.
import { startControlPlane } from './control-plane.ts';

const controlPlane = await startControlPlane();
process.stdout.write(`${JSON.stringify({ dir: controlPlane.dir, ...controlPlane.pids })}\n`);
