// Reasons that say what is wrong.
import type { Appearance, ReasonEntry } from './reason-entry.ts';

const waiting: readonly Appearance[] = ['Ready=False', 'Reconciling=True', 'Formed=False'];
const stalling: readonly Appearance[] = ['Ready=False', 'Stalled=True', 'Formed=False'];

export const troubleReasons = {
  // What a person has to change.
  SpecInvalid: {
    severity: 'error',
    on: stalling,
    means: 'A field of the spec is wrong. Servers that exist go on as they are.',
    remedy: 'Change the field as the message says.',
  },
  LicenseNotAccepted: {
    severity: 'error',
    on: stalling,
    means: 'Neo4j Enterprise Edition is not deployed before you have said which licence you have.',
    remedy:
      'Set spec.acceptLicenseAgreement to commercial or evaluation, or use edition community in a new cluster.',
  },
  EditionChanged: {
    severity: 'error',
    on: stalling,
    means: 'The volumes were first used by the other edition of Neo4j.',
    remedy: 'Set spec.edition back, or give the cluster of the other edition another name.',
  },
  ImageRefused: {
    severity: 'error',
    on: stalling,
    means: 'The image has a version that is too old, known to be bad, or not to be found out.',
    remedy: 'Change spec.image as the message says.',
  },
  AdminSecretInvalid: {
    severity: 'error',
    on: [...stalling, 'AdminPasswordSet=False'],
    means: 'The Secret with the password of the administrator is missing or cannot be used.',
    remedy: 'Mend the Secret as the message says; the next change of it is seen at once.',
  },
  NameTaken: {
    severity: 'error',
    on: stalling,
    means: 'An object that is needed exists under the same name and was not made for this cluster.',
    remedy: 'Remove or rename that object, or give the cluster another name.',
  },
  ActionRefused: {
    severity: 'error',
    on: [...stalling, 'Event'],
    means: 'A step was refused for good. The message says why.',
    remedy: 'Mend what the message names.',
  },
  VolumeLost: {
    severity: 'error',
    on: stalling,
    means:
      'The claim of a server is gone, or is deleted and goes with its pod, and the data with it. It is not replaced by an empty one under the same identity.',
    remedy:
      'While the pod runs leave it alone and save the data, as the message says. Restore the claim from a snapshot under its name, or remove the server from Neo4j and ask for one more.',
  },
  IdentityChanged: {
    severity: 'error',
    on: stalling,
    means: 'Another server answers at the address of one of ours: the volume has other data than before.',
    remedy: 'Put the volume back under the claim that the message names.',
  },
  LoginRefused: {
    severity: 'error',
    on: stalling,
    means: 'Neo4j refuses the password of the operator, as when a volume was kept and its Secret was not.',
    remedy: 'Restore the Secret that the message names, or set the password in Neo4j to what the Secret has.',
  },

  // What lasts too long.
  UserLocked: {
    severity: 'warning',
    on: waiting,
    means: 'Neo4j has locked the user of the operator for some seconds after too many refused logins.',
    remedy: 'Wait; if it stays, somebody else logs in with this name and a wrong password.',
  },
  PodMissing: {
    severity: 'error',
    on: waiting,
    means: 'Kubernetes does not make the pod of a server.',
    remedy: 'Look at the Events of the StatefulSet: a quota or a policy may forbid it.',
  },
  PodUnschedulable: {
    severity: 'error',
    on: waiting,
    means: 'No node takes the pod of a server.',
    remedy: 'Add nodes, or ask for less under spec.resources.requests.',
  },
  VolumeNotBound: {
    severity: 'error',
    on: waiting,
    means: 'The claim of a server has no volume.',
    remedy:
      'Look at the Events of the claim; set spec.storage.className to a class that provides volumes in a new cluster.',
  },
  ImagePullFailed: {
    severity: 'error',
    on: waiting,
    means: 'The image cannot be pulled.',
    remedy: 'Correct spec.image, or give the credentials of the registry under spec.image.pullSecrets.',
  },
  ContainerNotStarted: {
    severity: 'error',
    on: waiting,
    means: 'The node cannot start the container, as when a Secret that spec.env names is missing.',
    remedy: 'Mend what the message names.',
  },
  PodNotStarted: {
    severity: 'error',
    on: waiting,
    means: 'The pod of a server is on a node and its container does not start.',
    remedy: 'Look at the Events of the pod: a volume or the network may not be there.',
  },
  PodStuckStopping: {
    severity: 'error',
    on: waiting,
    means: 'The pod of a server should have ended, and its node does not say so.',
    remedy:
      'Bring the node back. Only if its machine is off for good: remove the Node object, so that the pod can move.',
  },
  ServerCrashing: {
    severity: 'error',
    on: waiting,
    means: 'Neo4j ends soon after it starts.',
    remedy:
      'Read its log; a setting under spec.config that this version does not know is the most common cause.',
  },
  OutOfMemory: {
    severity: 'error',
    on: waiting,
    means: 'A server was killed because it used more memory than its limit.',
    remedy: 'Raise spec.resources.limits.memory, or lower spec.memory.',
  },
  ServersDoNotMeet: {
    severity: 'error',
    on: waiting,
    means: 'Enough servers run, and no cluster forms of them.',
    remedy:
      'Check that pods reach each other on ports 6000 and 7000 and that the names of their Services resolve.',
  },
  ClusterSplit: {
    severity: 'error',
    on: waiting,
    means: 'Groups of servers do not know each other.',
    remedy:
      'Check the network between the pods. Do not delete volumes before you know which group has your data.',
  },
  ServerNotJoined: {
    severity: 'error',
    on: waiting,
    means: 'A server runs, and the cluster does not know it.',
    remedy: 'Check that it reaches the servers that the message names on port 6000.',
  },
  ServerUnavailable: {
    severity: 'error',
    on: waiting,
    means: 'A server runs, and the cluster does not reach it.',
    remedy: 'Read its log, and check the network between the pods.',
  },
  ServerNotEnabled: {
    severity: 'error',
    on: waiting,
    means: 'A server has joined and has not been enabled.',
    remedy: 'Look at the condition Reconciling for what holds it back.',
  },
  ServerWithdrawn: {
    severity: 'warning',
    on: waiting,
    means: 'Somebody has cordoned a server or moves its databases away.',
    remedy: 'Run ENABLE SERVER with the id that the message gives, to use it again.',
  },
  ServerDropped: {
    severity: 'error',
    on: waiting,
    means: 'Somebody has dropped a server from the cluster. It cannot come back with this volume.',
    remedy: 'Ask for one server more if it is to be replaced.',
  },
  ClusterUnreachable: {
    severity: 'error',
    on: waiting,
    means: 'The operator does not get an answer from the cluster.',
    remedy: 'Check the pods, and that the operator reaches them on port 7687.',
  },
  DefaultDatabaseNotPlaced: {
    severity: 'error',
    on: waiting,
    means: 'The cluster has formed without its default database.',
    remedy: 'Look at SHOW DATABASES; a Neo4jDatabase of this name can make it.',
  },
  DatabaseNotOnline: {
    severity: 'error',
    on: waiting,
    means: 'Copies of a database that should be online are not.',
    remedy: 'Read what the message says of the copy, and the log of its server.',
  },
  DatabaseTopology: {
    severity: 'warning',
    on: waiting,
    means: 'A database has more or fewer copies than it asks for.',
    remedy: 'Have enough servers, or ask for fewer copies.',
  },
  DatabaseNoWriter: {
    severity: 'error',
    on: waiting,
    means: 'No copy of a database takes writes: its primaries have no leader.',
    remedy: 'Bring back servers until more than half of its primaries are online.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
