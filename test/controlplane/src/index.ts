export { type ApiAnswer, type ApiCall } from './api-call.ts';
export {
  type Audit,
  type AuditEntry,
  type AuditPosition,
  type AuditResource,
  AuditLog,
  isLease,
  isWrite,
} from './audit.ts';
export { type ControlPlaneBinaries, findControlPlane, pinnedVersion } from './binaries.ts';
export {
  type ControlPlane,
  type ControlPlaneOptions,
  RealControlPlane,
  startControlPlane,
  type StartOptions,
} from './control-plane.ts';
export {
  type Credentials,
  type Identity,
  type ServerAddress,
  type TokenCredentials,
  kubeconfigText,
} from './credentials.ts';
export { type Authority, type KeyPair, type Validity, createAuthority } from './pki.ts';
export { freePorts } from './ports.ts';
export { type PolicyRule } from './users.ts';
