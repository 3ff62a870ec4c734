export * from '../../../libs/kube-sim/src/faults/index.ts';
export { type Doorway, type FaultProxy, type Hook, startFaultProxy } from './proxy.ts';
