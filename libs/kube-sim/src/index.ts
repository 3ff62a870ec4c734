export { createKubeSim, type KubeSim, type KubeSimOptions } from './sim.ts';
