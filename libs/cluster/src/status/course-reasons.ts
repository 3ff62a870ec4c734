// Reasons that say how far a cluster is, and what is worth knowing about it.
import type { Appearance, ReasonEntry } from './reason-entry.ts';

const nothing = 'Nothing.';
const waiting: readonly Appearance[] = ['Ready=False', 'Reconciling=True', 'Formed=False', 'Action'];

export const courseReasons = {
  // As it should be.
  Available: {
    severity: 'info',
    on: ['Ready=True'],
    means:
      'Every server is Enabled and Available, and every online database has the copies it asks for and takes writes.',
    remedy: nothing,
  },
  Settled: { severity: 'info', on: ['Reconciling=False'], means: 'Nothing is left to do.', remedy: nothing },
  NotStalled: {
    severity: 'info',
    on: ['Stalled=False'],
    means: 'No change by a person is needed to go on.',
    remedy: nothing,
  },
  ClusterFormed: {
    severity: 'info',
    on: ['Formed=True'],
    means: 'The first servers have met.',
    remedy: nothing,
  },
  PasswordSet: {
    severity: 'info',
    on: ['AdminPasswordSet=True'],
    means: 'The administrator has the password of the Secret that status.credentials names.',
    remedy: nothing,
  },
  NoRestartNeeded: {
    severity: 'info',
    on: ['RestartRequired=False', 'RestartPending=False'],
    means: 'The servers run with all settings that need a restart.',
    remedy: nothing,
  },
  ServersAsAsked: {
    severity: 'info',
    on: ['ScaleIn=False'],
    means: 'No more servers exist than are asked for.',
    remedy: nothing,
  },
  VolumesAsAsked: {
    severity: 'info',
    on: ['StorageGrowing=False'],
    means: 'No volume is smaller than asked for.',
    remedy: nothing,
  },
  NoWarnings: {
    severity: 'info',
    on: ['SpecWarnings=False'],
    means: 'Nothing is odd about the spec.',
    remedy: nothing,
  },
  NotPaused: {
    severity: 'info',
    on: ['Paused=False'],
    means: 'The operator looks after the cluster.',
    remedy: nothing,
  },

  // On its way.
  Forming: {
    severity: 'info',
    on: waiting,
    means: 'The first servers are made, start and meet. The message says what is waited for.',
    remedy: 'Wait; what takes too long is told as a reason of its own.',
  },
  ScalingOut: {
    severity: 'info',
    on: ['Ready=False', 'Reconciling=True', 'Action'],
    means: 'Servers are being added, one at a time.',
    remedy: 'Wait; what takes too long is told as a reason of its own.',
  },
  ServerStarting: {
    severity: 'info',
    on: ['Ready=False', 'Reconciling=True'],
    means: 'A server is not back yet: its pod starts, or it catches up.',
    remedy: 'Wait; what takes too long is told as a reason of its own.',
  },
  DatabaseSettling: {
    severity: 'info',
    on: ['Ready=False', 'Reconciling=True'],
    means: 'A database has lacked a copy or a leader for a short time.',
    remedy: 'Wait; what takes too long is told as a reason of its own.',
  },
  NotSeenYet: {
    severity: 'info',
    on: ['Ready=Unknown', 'Reconciling=True'],
    means: 'The operator has not looked at the cluster yet.',
    remedy: 'Wait a moment.',
  },
  NoVerdict: {
    severity: 'warning',
    on: ['Ready=Unknown'],
    means:
      'The first look at the cluster has failed, and the operator looks again. The message says what failed.',
    remedy: 'If it stays, mend what the message names.',
  },
  Deleting: {
    severity: 'info',
    on: ['Ready=False', 'Reconciling=True'],
    means: 'The object is being deleted.',
    remedy: nothing,
  },
  PasswordPending: {
    severity: 'info',
    on: ['AdminPasswordSet=False'],
    means: 'The administrator does not have the password of the Secret yet.',
    remedy: 'Wait until the cluster is Ready.',
  },
  VolumesGrowing: {
    severity: 'info',
    on: ['StorageGrowing=True'],
    means: 'A larger volume was asked for and is not there yet.',
    remedy: 'If it stays, look at the Events of the claim: the storage class may not allow volumes to grow.',
  },

  // Held back.
  Paused: {
    severity: 'warning',
    on: ['Paused=True', 'Reconciling=False'],
    means: 'The annotation neo4j.neo4j.com/paused has the operator look and not touch.',
    remedy: 'Remove the annotation.',
  },
  Stalled: {
    severity: 'error',
    on: ['Reconciling=False'],
    means: 'Nothing is done before somebody changes something; Stalled says what.',
    remedy: 'Do what the condition Stalled says.',
  },
  Blocked: {
    severity: 'warning',
    on: ['Reconciling=True'],
    means: 'A safety rule holds back the next step. The message names the rule and the facts.',
    remedy: 'Wait, or mend what the message names.',
  },
  Retrying: {
    severity: 'warning',
    on: ['Reconciling=True'],
    means: 'A step failed and is tried again after a while. The message says what failed.',
    remedy: 'If it stays, mend what the message names.',
  },

  // Worth knowing.
  NoTls: {
    severity: 'warning',
    on: ['TransportPlain=True'],
    means:
      'Servers talk to each other and to clients without TLS: whoever reads the network reads passwords and data.',
    remedy:
      'Keep the cluster in a network that you trust or that encrypts by itself. How its servers talk to each other is fixed when it forms.',
  },
  OddSpec: {
    severity: 'warning',
    on: ['SpecWarnings=True'],
    means: 'The spec is accepted and has something that is seldom meant.',
    remedy: 'Change the field that the message names, if it was not meant.',
  },
  SpecChanged: {
    severity: 'warning',
    on: ['RestartRequired=True'],
    means:
      'The spec asks for something that a server takes over only when it restarts, and this version of the operator does not restart servers.',
    remedy:
      'Set the fields back, or leave them for a version that restarts servers; servers that are added have them at once.',
  },
  OperatorUpgrade: {
    severity: 'info',
    on: ['RestartPending=True'],
    means: 'This version of the operator has other defaults than the one that the servers were started by.',
    remedy: 'Nothing: no server is restarted for that alone.',
  },
  ScaleInNotAvailable: {
    severity: 'warning',
    on: ['ScaleIn=True'],
    means:
      'Fewer servers are asked for than there are, and this version of the operator does not remove servers.',
    remedy: 'Set the number back.',
  },
  Unjudged: {
    severity: 'info',
    on: ['RestartRequired=Unknown', 'RestartPending=Unknown', 'ScaleIn=Unknown'],
    means: 'The spec has a mistake, so what it asks for cannot be compared with what is there.',
    remedy: 'Do what the condition Stalled says.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
