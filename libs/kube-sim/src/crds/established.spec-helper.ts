import type { Crd } from './crd.ts';
import { nextCrdStatus } from './status.ts';
import { crdStrategy } from './strategy.ts';

/** A definition as it is once the control plane has accepted its names. */
export function established(sent: Crd, others: readonly Crd[] = [], nowMs = 0): Crd {
  const crd = structuredClone(sent);
  const strategy = crdStrategy();
  strategy.applyDefaults?.(crd);
  strategy.prepareForCreate?.(crd, { nowMs, find: () => undefined, list: () => [] });
  return { ...crd, status: nextCrdStatus(crd, [crd, ...others], nowMs) ?? crd.status };
}
