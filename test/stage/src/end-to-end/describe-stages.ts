import { describeOnControlPlanes } from '../../../controlplane/src/describe.ts';
import { RealStage, type RealStageOptions } from './real-stage.ts';

/** Opens a stage; the suite closes it. */
export type OpenStage = (options?: RealStageOptions) => Promise<RealStage>;

/** For end-to-end tests: the same suite once on the real control plane and once on the simulated one. */
export function describeStages(name: string, suite: (open: OpenStage) => void): void {
  describeOnControlPlanes(name, (start) => {
    suite((options) => RealStage.open(start, options));
  });
}
