// What a cluster must be like, beyond what its schema says. Webhook and reconciler ask only this.
export { checkAdminSecret } from './admin-secret.ts';
export { checkFormation } from './formation.ts';
export { cachedVerdicts, type VerdictOn } from './cached.ts';
export { validateCluster, type Verdict } from './cluster.ts';
