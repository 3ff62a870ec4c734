// Reasons of actions: why a step is taken. They are found in logs.
import type { ReasonEntry } from './reason-entry.ts';

const on = ['Action'] as const;
const remedy = 'Nothing.';

export const actionReasons = {
  SecretMissing: { severity: 'info', on, means: 'A Secret that the operator generates is made.', remedy },
  ObjectMissing: { severity: 'info', on, means: 'An object of the cluster is made.', remedy },
  ObjectDiffers: { severity: 'info', on, means: 'An object is not what the spec asks for.', remedy },
  ObjectUnused: {
    severity: 'info',
    on,
    means: 'A ConfigMap that no server uses any more is removed.',
    remedy,
  },
  TemplateReplaced: {
    severity: 'info',
    on,
    means: 'A server that does not come up starts with what the spec asks for now.',
    remedy,
  },
  VolumeTooSmall: { severity: 'info', on, means: 'A larger volume is asked for.', remedy },
  AccountMissing: { severity: 'info', on, means: 'The operator makes its own account in Neo4j.', remedy },
  AdminPasswordDiffers: {
    severity: 'info',
    on,
    means: 'The administrator gets the password of the Secret.',
    remedy,
  },
  IdentityUnrecorded: {
    severity: 'info',
    on,
    means: 'The id of a server is written onto its claim.',
    remedy,
  },
  ServerFree: { severity: 'info', on, means: 'A server that has joined is enabled.', remedy },
  TopologyDiffers: { severity: 'info', on, means: 'The default database gets its copies.', remedy },
  LiveSettingsDiffer: {
    severity: 'info',
    on,
    means: 'A running server is told settings that need no restart.',
    remedy,
  },
  RetentionPolicyDelete: {
    severity: 'warning',
    on,
    means: 'Claims and Secrets go with the cluster, as spec.storage.retentionPolicy says.',
    remedy,
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
